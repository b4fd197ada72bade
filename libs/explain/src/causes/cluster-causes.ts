import { destinationFor, endpointPort, endpointsOf, modeSourceFor, ruleFor, servesPort, type EffectiveRule, type Service, type Snapshot } from '@flotilla/mesh';
import { resourceKey } from '@flotilla/resources';
import { policySources } from '@flotilla/translate';
import type { Cause, ExplainedCluster } from '../explanation.ts';
import { endpointCauses } from './endpoint-causes.ts';
import { meshConfigCause } from './mesh-config-cause.ts';
import type { Question } from './question.ts';
import { serviceCauses } from './service-causes.ts';

/**
 * What a cluster of a service comes of: the service itself, the DestinationRules that shape it, and what decides how its
 * endpoints are spoken with.
 */
export function clusterCauses({ snapshot, scope, landing }: Question, cluster: ExplainedCluster): Cause[] {
  const { host, port, subset } = partsOf(cluster.name);
  const service = host === undefined ? undefined : destinationFor(snapshot, scope, host);
  if (service === undefined) return [];
  const rule = ruleFor(snapshot, scope, service);
  const { causes, security } = ruleCauses(snapshot, rule, port, subset);
  const hashed = landing.policies['consistentHash'] === undefined ? [] : causes.filter(({ path }) => path.endsWith('.loadBalancer'));
  return [
    ...serviceCauses(snapshot, service, port),
    ...causes,
    ...endpointCauses(snapshot, service, landing.endpoints.filter((endpoint) => endpoint.cluster === cluster.name)),
    ...hashed.map((cause): Cause => ({ ...cause, of: 'consistentHash', path: `${cause.path}.consistentHash` })),
    ...(security.length > 0 ? security : unruledSecurity(snapshot, service, port)),
  ];
}

/** `outbound|9080|v1|reviews.shop.svc.cluster.local`, or the same as gateways of networks pass it on. */
function partsOf(name: string): { readonly host: string | undefined; readonly port: number; readonly subset: string } {
  const [, port, subset = '', host] = /^outbound\|(\d+)\|([^|]*)\|(.+)$/.exec(name) ?? /^outbound_\.(\d+)_\.(.*?)_\.(.+)$/.exec(name) ?? [];
  return { host, port: Number(port), subset };
}

/** The fields of DestinationRules that a cluster is made of; of several for one host, those that have their way. What they leave out is the mesh's. */
function ruleCauses(snapshot: Snapshot, rule: EffectiveRule | undefined, port: number, name: string): { readonly causes: readonly Cause[]; readonly security: readonly Cause[] } {
  const rules = (rule?.sources ?? []).flatMap((source) => {
    const resource = snapshot.resources.get(source);
    return resource?.kind === 'DestinationRule' ? [resource] : [];
  });
  const subset = rule?.subsets.find((one) => one.name === name);
  const owners = { rule: rules.find(({ spec }) => spec.trafficPolicy !== undefined), subset: rules.find(({ spec }) => subset !== undefined && spec.subsets?.some((one) => one.name === name)) };
  const prefixes = { rule: 'spec', subset: `spec.subsets[${name}]` };
  const fields = policySources(rule?.trafficPolicy, port, subset).flatMap(({ block, of, path }) => {
    const owner = owners[of];
    return owner === undefined ? [] : [{ block, cause: { of: block === 'tls' ? 'security' : 'cluster', resource: resourceKey(owner), path: `${prefixes[of]}.${path}` } as const }];
  });
  const named: Cause[] = owners.subset === undefined ? [] : [{ of: 'cluster', resource: resourceKey(owners.subset), path: prefixes.subset }];
  const left = Object.keys(snapshot.mesh.defaultPolicy).filter((name) => !fields.some(({ block }) => block === name));
  const ofMesh = left.flatMap((block) => meshConfigCause(snapshot, 'cluster', 'defaultTrafficPolicy').map((cause): Cause => ({ ...cause, path: `${cause.path}.${block}` })));
  return {
    causes: [...named, ...fields.filter(({ block }) => block !== 'tls').map(({ cause }) => cause), ...ofMesh],
    security: fields.filter(({ block }) => block === 'tls').map(({ cause }) => cause),
  };
}

/** Where no DestinationRule says how to speak with a service: what its workloads demand, as far as it stands in PeerAuthentications. */
function unruledSecurity(snapshot: Snapshot, service: Service, number: number): Cause[] {
  if (service.external) return [];
  if (!snapshot.mesh.autoMtls) return meshConfigCause(snapshot, 'security', 'enableAutoMtls');
  const port = service.ports.find((one) => one.number === number);
  if (port === undefined) return [];
  return endpointsOf(snapshot, service).filter((endpoint) => hasSidecar(endpoint) && servesPort(endpoint, port)).flatMap((endpoint): Cause[] => {
    const source = modeSourceFor(snapshot, endpoint, endpointPort(endpoint, port));
    return source === undefined ? [] : [{ of: 'security', resource: resourceKey(source.policy), path: source.path }];
  });
}

function hasSidecar({ labels }: { readonly labels: Readonly<Record<string, string>> }): boolean {
  return labels['security.istio.io/tlsMode'] === 'istio';
}
