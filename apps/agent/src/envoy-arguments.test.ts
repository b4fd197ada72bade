import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startProcess, toolPath } from '@flotilla/testing';
import { expect, it } from 'vitest';
import { envoyArguments } from './envoy-arguments.ts';

const manager = {
  '@type': 'type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager',
  stat_prefix: 'x',
  route_config: { virtual_hosts: [{ name: 'x', domains: ['*'], routes: [{ match: { prefix: '/' }, route: { cluster: 'x', max_grpc_timeout: '0s' } }] }] },
  http_filters: [{ name: 'router', typed_config: { '@type': 'type.googleapis.com/envoy.extensions.filters.http.router.v3.Router' } }],
};
const bootstrap = {
  static_resources: {
    clusters: [{ name: 'x' }],
    listeners: [{ name: 'x', address: { socket_address: { address: '127.0.0.1', port_value: 0 } }, filter_chains: [{ filters: [{ name: 'hcm', typed_config: manager }] }] }],
  },
};

/** What an Envoy logs until it serves. */
async function logOf(folder: string, args: readonly string[]): Promise<string> {
  const envoy = startProcess(toolPath('envoy'), args, { cwd: folder });
  try {
    await expect.poll(() => envoy.output(), { timeout: 10_000 }).toContain('starting workers');
  } finally {
    await envoy.stop('SIGKILL');
  }
  return envoy.output();
}

it('keeps the warnings about what Pilot sends on purpose out of the log of a real Envoy', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'envoy-arguments-'));
  try {
    writeFileSync(join(folder, 'bootstrap.json'), JSON.stringify(bootstrap));
    const args = envoyArguments({}, { drainSeconds: 1, logLevel: 'info' });
    const [quiet, plain] = await Promise.all([logOf(folder, args), logOf(folder, args.filter((arg) => !/component|misc/.test(arg)))]);
    expect(quiet).not.toContain('Deprecated field');
    expect(plain).toContain('Deprecated field');
  } finally {
    rmSync(folder, { recursive: true });
  }
});
