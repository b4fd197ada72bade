import { gatewaysOf, meshGateway, virtualServiceHosts } from '@flotilla/mesh';
import type { VirtualService } from '@flotilla/resources';
import { resourceRule } from '../rule.ts';
import { perView, resourcesOf, type View } from '../view.ts';

/** Hosts that several VirtualServices route for the same sidecars: only the oldest one has an effect. */
export const conflictingHosts = resourceRule('VirtualService', {
  analyzer: 'virtualservice.ConflictingMeshGatewayHostsAnalyzer',
  codes: ['IST0109'],
  *check(resource, view) {
    for (const claim of claimsOf(resource, view)) {
      const rivals = claims(view).get(claim) ?? [];
      if (rivals.length < 2) continue;
      const names = rivals.map(({ metadata: { namespace, name } }) => `${namespace}/${name}`);
      yield { code: 'IST0109', path: 'spec.hosts', text: `The VirtualServices ${names.join(', ')} all route the host ${claim.slice(claim.indexOf('/') + 1)} in the mesh; only the oldest one, ${names[0] ?? ''}, has an effect.` };
    }
  },
});

const claims = perView((view) => {
  const found = new Map<string, VirtualService[]>();
  for (const resource of resourcesOf(view, 'VirtualService')) for (const claim of claimsOf(resource, view)) found.set(claim, [...(found.get(claim) ?? []), resource]);
  return found;
});

/** What a VirtualService claims in the mesh, as `<namespace>/<host>`; the namespace is `*` where all clients see it. */
function claimsOf(resource: VirtualService, { snapshot: { mesh } }: View): Set<string> {
  if (!gatewaysOf(resource).includes(meshGateway)) return new Set();
  const { namespace } = resource.metadata;
  const exportTo = resource.spec.exportTo?.length ? resource.spec.exportTo : mesh.defaultExportTo.virtualService;
  const clients = exportTo.includes('*') ? ['*'] : exportTo.map((entry) => (entry === '.' ? namespace : entry));
  return new Set(virtualServiceHosts(resource, mesh.domainSuffix).flatMap((host) => clients.map((client) => `${client}/${host}`)));
}
