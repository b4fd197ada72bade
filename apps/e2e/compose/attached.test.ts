import { expect, it } from 'vitest';
import { composeMesh, type ComposeMesh } from '../src/compose-mesh.ts';

const containersOf = ({ compose }: ComposeMesh): Promise<string> => compose.run('ps', '--all', '--format', '{{.Name}}');
const configurationOf = async ({ galley }: ComposeMesh): Promise<string[]> => {
  const lists = await Promise.all(['serviceentries', 'workloadentries'].map((plural) => galley.get(`/apis/networking.istio.io/v1/namespaces/default/${plural}`)));
  return lists.flatMap(({ body }) => (body as { items: { metadata: { name: string } }[] }).items.map(({ metadata }) => metadata.name)).sort();
};

it('leaves the mesh as it was, whatever a test has attached to it and not taken away', async () => {
  const mesh = await composeMesh();
  const before = [await containersOf(mesh), await configurationOf(mesh)];
  await Promise.all([mesh.attach({ app: 'plain', version: 'v1', sidecar: false }), mesh.attach({ app: 'meshed', version: 'v1' })]);
  expect(await configurationOf(mesh)).toEqual(expect.arrayContaining(['plain', 'meshed']));
  // Refused when its container runs already.
  await expect(mesh.attach({ app: 'refused', version: 'v1', sidecar: false, labels: { team: 'no label!' } })).rejects.toThrow('team');
  await mesh.stop();
  expect([await containersOf(mesh), await configurationOf(mesh)]).toEqual(before);
});
