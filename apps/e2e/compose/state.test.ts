import { expect, it } from 'vitest';
import { versionsOf, reviewsUrl } from '../src/bookinfo.ts';
import { composeMesh } from '../src/compose-mesh.ts';
import { docker } from '../src/compose.ts';
import { example } from '../src/examples.ts';
import { burst } from '../src/load.ts';

it('has its rules, its root and its credentials again after down and up', async () => {
  const before = await composeMesh();
  const rootOf = ({ compose }: typeof before): Promise<string> => compose.run('exec', '-T', 'citadel', 'cat', '/var/run/flotilla/root-cert.pem');
  const passwordOf = ({ compose }: typeof before): Promise<string> => compose.run('exec', '-T', 'galley', 'cat', '/credentials/nats.password');
  await before.apply(`${example('bookinfo/destination-rule-all.yaml')}\n---\n${example('bookinfo/virtual-service-reviews-v3.yaml')}`);
  const [root, password] = await Promise.all([rootOf(before), passwordOf(before)]);

  const containers = (await before.compose.run('ps', '-aq')).split('\n');
  const volumes = (await docker('inspect', '-f', '{{range .Mounts}}{{if eq .Type "volume"}}{{println .Name}}{{end}}{{end}}', ...containers)).split('\n');
  await before.compose.run('down', '--timeout', '10');
  expect(await before.compose.run('ps', '-a', '--format', '{{.Name}} {{.Status}}')).toBe('');
  // Those of Pilot and Mixer have no name by which they could be mounted again.
  await docker('volume', 'rm', ...volumes.filter((name) => /^[0-9a-f]{64}$/.test(name)));
  await before.compose.run('up', '-d', '--wait');

  const after = await composeMesh();
  expect(versionsOf(await burst(reviewsUrl(after), 20))).toEqual({ v3: 20 });
  expect(await rootOf(after)).toBe(root);
  expect(await passwordOf(after)).toBe(password);
  await before.stop();
  expect(Object.keys(versionsOf(await burst(reviewsUrl(after), 60))).sort()).toEqual(['v1', 'v2', 'v3']);
  await after.stop();
});
