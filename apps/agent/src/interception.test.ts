import { execFileSync } from 'node:child_process';
import { join, resolve } from 'node:path';
import { expectGolden } from '@flotilla/testing';
import { expect, it } from 'vitest';

const script = resolve(import.meta.dirname, '../../../docker/intercept.sh');
const rules = (env: Record<string, string> = {}): string => execFileSync('sh', [script, '--print'], { encoding: 'utf8', env: { PATH: process.env['PATH'], ...env }, stdio: ['ignore', 'pipe', 'pipe'] });

const settings = {
  FLOTILLA_EXCLUDE_INBOUND_PORTS: '22, 9099', FLOTILLA_OUTBOUND_CIDRS: '10.96.0.0/16,fd00::/8', FLOTILLA_EXCLUDE_OUTBOUND_CIDRS: '169.254.169.254/32',
  FLOTILLA_OUTBOUND_PORTS: '8080', FLOTILLA_EXCLUDE_OUTBOUND_PORTS: '3306',
};

it.each([
  ['everything', {}],
  ['everything.ipv6', { FLOTILLA_IP_FAMILY: '6' }],
  ['chosen', settings],
  ['chosen.ipv6', { ...settings, FLOTILLA_IP_FAMILY: '6' }],
  ['nothing-inbound', { FLOTILLA_INBOUND_PORTS: '', FLOTILLA_PROXY_UID: '1400' }],
])('turns %s to the proxy, and never its own connections', (name, env) => {
  expectGolden(join(import.meta.dirname, `golden/${name}.rules`), rules(env));
});

it.each([
  [{ FLOTILLA_EXCLUDE_INBOUND_PORTS: '22,ssh' }, '"ssh" is not a port'],
  [{ FLOTILLA_INBOUND_PORTS: '70000' }, '70000 is not a port'],
  [{ FLOTILLA_PROXY_UID: 'envoy' }, 'FLOTILLA_PROXY_UID "envoy" is not a number'],
])('refuses %j', (env, message) => {
  expect(() => rules(env)).toThrow(`intercept: ${message}`);
});
