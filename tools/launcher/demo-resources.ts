import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { FlotillaError } from '@flotilla/errors';
import { kindNamed, readYaml, toYaml, type MeshResource } from '@flotilla/resources';

/** Marks the Gateway whose port follows `--gateway-port`. */
const ownLabel = 'flotilla.dev/demo';

/** The resources that make the demo answer, its Gateway on `gatewayPort`. */
export function demoResources(folder: string, gatewayPort: number): MeshResource[] {
  return readdirSync(folder).filter((name) => name.endsWith('.yaml')).sort().flatMap((file) => {
    const { resources, failures } = readYaml(readFileSync(join(folder, file), 'utf8'), { file, defaultNamespace: 'default' });
    if (failures.length > 0) throw new FlotillaError('INVALID_RESOURCE', `${file} is not valid`, { problems: failures.flatMap(({ problems }) => problems) });
    return resources.map((resource) => (resource.kind === 'Gateway' ? onPort(resource, gatewayPort) : resource));
  });
}

function onPort(gateway: Extract<MeshResource, { kind: 'Gateway' }>, number: number): MeshResource {
  const labels = { ...gateway.metadata.labels, [ownLabel]: 'gateway' };
  const servers = gateway.spec.servers.map((server) => ({ ...server, port: { ...server.port, number } }));
  return { ...gateway, metadata: { ...gateway.metadata, labels }, spec: { ...gateway.spec, servers } };
}

/** Whether Galley's copy may stay: it is the user's, or it is ours and as it should be. */
function stays(wanted: MeshResource, found: MeshResource): boolean {
  if (wanted.kind !== 'Gateway' || found.kind !== 'Gateway' || found.metadata.labels?.[ownLabel] === undefined) return true;
  const ports = (gateway: typeof wanted): string => gateway.spec.servers.map(({ port }) => port.number).join();
  return ports(wanted) === ports(found);
}

/**
 * Puts those of the demo's resources into the mesh that it does not have yet. What a user put under
 * the same name, through the API or a watched folder, is left alone.
 * @param galley base URL of Galley's admin API, which is ready
 */
export async function applyDemoResources(resources: readonly MeshResource[], galley: string, token: string): Promise<void> {
  const headers = { authorization: `Bearer ${token}` };
  const needed = await Promise.all(
    resources.map(async (resource) => {
      const { apiVersion, metadata } = resource;
      const plural = kindNamed(resource.kind)?.plural ?? '';
      const response = await fetch(`${galley}/apis/${apiVersion}/namespaces/${metadata.namespace}/${plural}/${metadata.name}`, { headers });
      if (response.status === 404) return [resource];
      if (!response.ok) throw new FlotillaError('INTERNAL', `Galley answered ${response.status}: ${await response.text()}`);
      return stays(resource, (await response.json()) as MeshResource) ? [] : [resource];
    }),
  );
  const missing = needed.flat();
  if (missing.length === 0) return;
  const response = await fetch(`${galley}/v1/apply`, { method: 'POST', headers: { ...headers, 'content-type': 'application/yaml' }, body: missing.map(toYaml).join('---\n') });
  if (!response.ok) throw new FlotillaError('INTERNAL', `Galley did not take the demo's resources: ${response.status} ${await response.text()}`);
}
