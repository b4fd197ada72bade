import { fullHost, gatewaysOf, meshGateway, virtualServiceHosts } from '@flotilla/mesh';
import { resourceKey, type VirtualService } from '@flotilla/resources';
import { resourceRule } from '../rule.ts';
import { perView, resourcesOf, type View } from '../view.ts';

/**
 * Routes at a gateway to a host for which another VirtualService has rules with subsets: requests from the
 * gateway never pass those.
 */
export const ingressSubsets = resourceRule('VirtualService', {
  analyzer: 'virtualservice.DestinationHostAnalyzer',
  codes: ['IST0140'],
  *check(resource, view) {
    if (gatewaysOf(resource).every((gateway) => gateway === meshGateway)) return;
    for (const [at, { route = [] }] of (resource.spec.http ?? []).entries()) {
      for (const [place, { destination }] of route.entries()) {
        if (destination.subset) continue;
        const others = (splitting(view).get(fullHostOf(destination.host, resource, view)) ?? []).filter((other) => other !== resource);
        for (const other of others) {
          yield {
            code: 'IST0140',
            path: `spec.http[${at}].route[${place}].destination`,
            text: `The subsets of ${resourceKey(other)} have no effect on requests for "${destination.host}" that come from a gateway by ${resourceKey(resource)}.`,
          };
        }
      }
    }
  },
});

/** The VirtualServices that split their own host into subsets, by host. */
const splitting = perView((view) => {
  const found = new Map<string, VirtualService[]>();
  for (const resource of resourcesOf(view, 'VirtualService')) {
    const own = new Set(virtualServiceHosts(resource, view.snapshot.mesh.domainSuffix));
    const split = (resource.spec.http ?? []).flatMap(({ route = [] }) => route.flatMap(({ destination: { host, subset } }) => (subset ? [fullHostOf(host, resource, view)] : [])));
    for (const host of new Set(split).intersection(own)) found.set(host, [...(found.get(host) ?? []), resource]);
  }
  return found;
});

function fullHostOf(host: string, { metadata }: VirtualService, { snapshot }: View): string {
  return fullHost(host, metadata.namespace, snapshot.mesh.domainSuffix);
}
