import fc from 'fast-check';
import { expect, it } from 'vitest';
import { observabilitySettings, HelpRequested, loadSettings, Type } from './index.ts';

const schema = Type.Object({
  ...observabilitySettings,
  xdsPort: Type.Integer({ minimum: 1, maximum: 65535, default: 15012, description: 'Where proxies connect.' }),
  adminURL: Type.Optional(Type.String()),
  sources: Type.Array(Type.String(), { default: [] }),
  tls: Type.Boolean({ default: true }),
  ratio: Type.Number({ default: 0.5, minimum: 0, maximum: 1 }),
  name: Type.String({ minLength: 1 }),
});
const load = (argv: readonly string[], env: Record<string, string> = {}) =>
  loadSettings(schema, { argv, env, name: 'flotilla-test', description: 'Tests settings.' });

function failureOf(run: () => unknown): unknown {
  try {
    return run();
  } catch (error) {
    return error;
  }
}

it('takes flags before variables before defaults', () => {
  expect(load(['--name', 'a'])).toEqual({ name: 'a', logLevel: 'info', xdsPort: 15012, sources: [], tls: true, ratio: 0.5 });
  expect(load(['--xds-port=1', '--no-tls', '--sources', 'a, b', '--sources=c'], { FLOTILLA_XDS_PORT: '2', FLOTILLA_NAME: 'n', FLOTILLA_TLS: 'true', FLOTILLA_RATIO: '0.25', FLOTILLA_ADMIN_URL: 'u' })).toEqual({
    name: 'n', logLevel: 'info', xdsPort: 1, sources: ['a', 'b', 'c'], tls: false, ratio: 0.25, adminURL: 'u',
  });
  expect(load(['--tls=false'], { FLOTILLA_NAME: 'n', FLOTILLA_SOURCES: 'x,y', FLOTILLA_XDS_PORT: '' })).toMatchObject({ tls: false, sources: ['x', 'y'], xdsPort: 15012 });
});

it('names every problem at once, by the place it was written in', () => {
  expect(failureOf(() => load(['--xds-port', '1.5', '--nonsense', '--tls=maybe', '--log-level=loud', '--ratio'], { FLOTILLA_ADMIN_URL: 'x' }))).toMatchObject({
    code: 'INVALID_SETTINGS',
    problems: [
      { path: '--nonsense', message: 'there is no such flag' },
      { path: '--ratio', message: 'needs a value' },
      { path: '--log-level', found: 'loud', allowed: 'one of trace, debug, info, warn, error, fatal, silent' },
      { path: '--xds-port', found: '1.5', allowed: 'integer >= 1 <= 65535' },
      { path: '--tls', found: 'maybe' },
      { path: '--name', message: 'is needed, as this flag or as FLOTILLA_NAME' },
    ],
  });
  expect(failureOf(() => load(['--name', 'x'], { FLOTILLA_XDS_PORT: '0x' }))).toMatchObject({ problems: [{ path: 'FLOTILLA_XDS_PORT', found: '0x' }] });
});

it('describes itself', () => {
  const help = failureOf(() => load(['--help', '--nonsense']));
  expect(help).toBeInstanceOf(HelpRequested);
  expect(String(help)).toContain('flotilla-test: Tests settings.');
  expect(String(help)).toContain('  --xds-port N\n      Where proxies connect.\n      FLOTILLA_XDS_PORT; integer >= 1 <= 65535; default 15012\n');
  expect(String(help)).toContain('--[no-]tls');
  expect(String(help)).toContain('FLOTILLA_ADMIN_URL');
});

it('reads the same from flags as from variables', () => {
  const word = fc.stringMatching(/^[a-z0-9./:]{1,12}$/);
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 65535 }), fc.boolean(), fc.array(word), word, (xdsPort, tls, sources, name) => {
      const flags = load([`--xds-port=${xdsPort}`, tls ? '--tls' : '--no-tls', `--sources=${sources.join(',')}`, '--name', name]);
      expect(flags).toMatchObject({ xdsPort, tls, sources, name });
      expect(load([], { FLOTILLA_XDS_PORT: String(xdsPort), FLOTILLA_TLS: String(tls), FLOTILLA_SOURCES: sources.join(','), FLOTILLA_NAME: name })).toEqual(flags);
    }),
  );
});
