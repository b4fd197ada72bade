import { ruleFor, serviceFor, type Service, type Snapshot } from '@flotilla/mesh';
import { scopeOf, type ProxyDescription, type Scope } from '@flotilla/translate';
import type { Cause, ExplainedCluster, Explanation } from '../explanation.ts';
import type { Landing } from '../landing.ts';
import type { ExplainRequest } from '../request.ts';
import { closeGateways } from './close-gateways.ts';
import { closeRules } from './close-rules.ts';
import { gatewayCauses } from './gateway-causes.ts';
import type { Question } from './question.ts';
import { routeCauses } from './route-causes.ts';
import { foundNoHost, isForUnknownHost } from './unknown-host.ts';

/**
 * Adds to where a request lands the resources, and the fields of theirs, that it is because of. They are found by
 * what was made of them: saying it in each route would cost every proxy more bytes than its answer is worth.
 *
 * @param snapshot the mesh that the proxy's configuration was made from
 */
export function withCauses(snapshot: Snapshot, proxy: ProxyDescription, request: ExplainRequest, landing: Landing): Explanation {
  const scope = scopeOf(snapshot, proxy);
  const { way, ...explanation } = landing;
  const question: Question = { snapshot, proxy, scope, request, landing: explanation, way };
  const { rule, causes, nearMisses } = routeCauses(question);
  const unknown = isForUnknownHost(landing);
  return {
    ...explanation,
    causes: [
      ...gatewayCauses(question, rule),
      ...causes,
      ...landing.clusters.flatMap((cluster) => clusterCauses(snapshot, scope, cluster)),
      ...(unknown ? [{ of: 'unknown host' as const, resource: 'MeshConfig', path: 'outboundTrafficPolicy' }] : []),
    ],
    nearMisses: [...nearMisses, ...closeGateways(question), ...(unknown || foundNoHost(landing) ? closeRules(question) : [])],
  };
}

function clusterCauses(snapshot: Snapshot, scope: Scope, { name }: ExplainedCluster): Cause[] {
  const [direction, port, subset = '', host = ''] = name.split('|');
  const service = direction === 'outbound' ? serviceFor(snapshot, scope, host) : undefined;
  if (service === undefined) return [];
  const rule = ruleFor(snapshot, scope, service);
  const path = subset === '' ? 'spec.trafficPolicy' : `spec.subsets[${subset}]`;
  const ruled = rule !== undefined && (subset === '' ? rule.trafficPolicy !== undefined : rule.subsets.some((one) => one.name === subset));
  return [
    ...service.sources.map((resource): Cause => ({ of: 'cluster', resource: written(resource), path: 'spec' })),
    ...protocolCauses(snapshot, service, Number(port)),
    ...(ruled ? rule.sources.map((resource): Cause => ({ of: 'cluster', resource, path })) : []),
  ];
}

/** What says which protocol a port speaks: the field, or the port alone where nothing says it and each connection is looked into. */
function protocolCauses({ resources }: Snapshot, { sources, ports }: Service, number: number): Cause[] {
  const found = sources.flatMap((source) => {
    const resource = resources.get(source);
    const at = resource?.kind === 'ServiceEntry' ? (resource.spec.ports ?? []).findIndex((port) => port.number === number) : -1;
    return resource?.kind !== 'ServiceEntry' || at === -1 ? [] : [{ source, at, declared: Boolean(resource.spec.ports?.[at]?.protocol) }];
  });
  const [first] = found;
  if (first === undefined) return [];
  const named = ports.some((port) => port.number === number && port.protocol !== 'AUTO') ? '.name' : '';
  const field = isMade(first.source) ? '' : first.declared ? '.protocol' : named;
  return [{ of: 'protocol', resource: written(first.source), path: `spec.ports[${first.at}]${field}` }];
}

/** Whether a ServiceEntry was made of a Kubernetes object, whose fields are called otherwise. */
function isMade(source: string): boolean {
  return written(source) !== source;
}

/** What the user knows a resource as: `ServiceEntry/shop/Service:reviews` is made of the Service `reviews`. */
function written(resource: string): string {
  return resource.replace(/^ServiceEntry\/([^/]+)\/(\w+):/, '$2/$1/');
}
