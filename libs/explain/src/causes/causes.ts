import type { Snapshot } from '@flotilla/mesh';
import { scopeOf, type ProxyDescription } from '@flotilla/translate';
import type { Cause, Explanation } from '../explanation.ts';
import type { Landing } from '../landing.ts';
import type { ExplainRequest } from '../request.ts';
import { closeGateways } from './close-gateways.ts';
import { closeRules } from './close-rules.ts';
import { closeServices } from './close-services.ts';
import { clusterCauses } from './cluster-causes.ts';
import { connectionCauses } from './connection-causes.ts';
import { denials, denialWarning } from './denials.ts';
import { gatewayCauses } from './gateway-causes.ts';
import { inboundCauses } from './inbound-causes.ts';
import { patchCauses } from './patch-causes.ts';
import type { Question } from './question.ts';
import { routeCauses } from './route-causes.ts';
import { rulePolicyCauses } from './rule-policy-causes.ts';
import { sidecarCauses } from './sidecar-causes.ts';
import { foundNoHost, isForUnknownHost, unknownHostCauses } from './unknown-host.ts';

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
  const denied = denials(question);
  const unknown = isForUnknownHost(landing);
  return {
    ...explanation,
    causes: distinct([
      ...gatewayCauses(question, rule),
      ...sidecarCauses(question),
      ...connectionCauses(question),
      ...causes,
      ...rulePolicyCauses(question, rule),
      ...inboundCauses(question, denied),
      ...landing.clusters.flatMap((cluster) => clusterCauses(question, cluster)),
      ...(unknown ? unknownHostCauses(question) : []),
      ...patchCauses(question),
    ]),
    warnings: [...landing.warnings, ...denied.map(denialWarning)],
    nearMisses: [...nearMisses, ...closeGateways(question), ...(unknown || foundNoHost(landing) ? [...closeServices(question), ...closeRules(question)] : [])],
  };
}

/** Clusters of one service, as those of its subsets, have most of what they come of in common. */
function distinct(causes: readonly Cause[]): Cause[] {
  return [...new Map(causes.map((cause) => [JSON.stringify(cause), cause])).values()];
}
