import { expect, it } from 'vitest';
import { staleReason } from './dependencies.mjs';
import { platformProblem } from './platform.mjs';

it.each([
  ['linux', 'x64', '20.1.0', undefined],
  ['linux', 'arm64', '24.0.0', undefined],
  ['darwin', 'arm64', '24.0.0', 'Linux x64 and arm64; this is darwin arm64'],
  ['linux', 'ia32', '24.0.0', 'this is linux ia32'],
  ['linux', 'x64', '18.20.0', 'needs Node 20 or newer to install itself; this is 18.20.0'],
])('says in one line whether it runs on %s %s with Node %s', (platform, arch, node, problem) => {
  const said = platformProblem({ platform, arch, versions: { node } });
  if (problem === undefined) expect(said).toBeUndefined();
  else expect(said).toContain(problem);
  expect(said ?? '').not.toContain('\n');
});

const wanted = {
  '': { version: '0.1.0' },
  'apps/pilot': { version: '0.1.0' },
  'node_modules/a': { version: '1.0.0', integrity: 'sha512-a' },
  'node_modules/other-platform': { version: '1.0.0', optional: true },
};
it.each([
  ['the same', { 'node_modules/a': { version: '1.0.0', integrity: 'sha512-a' } }, undefined],
  ['missing', {}, 'node_modules/a is missing'],
  ['older', { 'node_modules/a': { version: '0.9.0', integrity: 'sha512-b' } }, 'node_modules/a is another version'],
])('compares what is installed with the lock file: %s', (_, installed, reason) => {
  expect(staleReason(wanted, installed)).toBe(reason);
});
