import { records } from '@flotilla/kubernetes';
import { isRecord } from '@flotilla/resources';
import { objectRule } from '../rule.ts';
import { perView } from '../view.ts';

/** Networks that take endpoints from registries that are not there. */
export const meshNetworks = objectRule(['MeshNetworks'], {
  analyzer: 'meshnetworks.MeshNetworksAnalyzer',
  codes: ['IST0126'],
  needs: ['Secret'],
  *check({ body }, view) {
    for (const [name, network] of Object.entries(isRecord(body['networks']) ? body['networks'] : {})) {
      for (const [at, { fromRegistry }] of records(isRecord(network) ? network['endpoints'] : []).entries()) {
        if (typeof fromRegistry !== 'string' || registries(view).has(fromRegistry)) continue;
        yield { code: 'IST0126', path: `networks.${name}.endpoints[${at}].fromRegistry`, text: `The registry ${fromRegistry} of the network ${name} is not known; there are ${[...registries(view)].join(', ')}.` };
      }
    }
  },
});

/** Those of Istio itself, and every cluster with a Secret by which Istio reaches it. */
const registries = perView(({ objects }): ReadonlySet<string> => {
  const secrets = objects.ofKind('Secret').filter(({ metadata }) => metadata.labels['istio/multiCluster'] === 'true');
  const clusters = secrets.flatMap(({ body }) => [body['data'], body['stringData']].flatMap((data) => (isRecord(data) ? Object.keys(data) : [])));
  return new Set(['Kubernetes', 'External', 'Mock', ...clusters]);
});
