import { checkConnectionPool } from '../destination-rule/connection-pool-rules.ts';
import type { Sidecar } from '../resource.ts';
import { checkMetadata } from '../validation/metadata.ts';
import type { Place } from '../validation/place.ts';
import { checkSelector } from '../validation/selector.ts';
import { checkDestination } from '../virtual-service/destination-rules.ts';
import { checkEgress } from './egress-rules.ts';
import { checkIngress } from './ingress-rules.ts';
import type { OutboundTrafficPolicy } from './sidecar.ts';

/** What the schema of a Sidecar cannot say. */
export function sidecarRules({ metadata, spec }: Sidecar, at: Place): void {
  checkMetadata(metadata, at.at('metadata'));
  const here = at.at('spec');
  const { workloadSelector, ingress = [], egress = [], inboundConnectionPool, outboundTrafficPolicy } = spec;
  if (workloadSelector !== undefined) checkSelector(workloadSelector.labels, here.at('workloadSelector').at('labels'));
  if (ingress.length === 0 && egress.length === 0 && inboundConnectionPool === undefined && outboundTrafficPolicy === undefined) {
    here.refuse('says nothing', { allowed: 'ingress, egress, inboundConnectionPool, outboundTrafficPolicy' });
  }
  checkIngress(ingress, here.at('ingress'));
  checkEgress(egress, metadata.namespace, here.at('egress'));
  if (inboundConnectionPool !== undefined) checkConnectionPool(inboundConnectionPool, here.at('inboundConnectionPool'));
  if (outboundTrafficPolicy !== undefined) checkOutboundTrafficPolicy(outboundTrafficPolicy, here.at('outboundTrafficPolicy'));
}

function checkOutboundTrafficPolicy({ mode = 'REGISTRY_ONLY', egressProxy }: OutboundTrafficPolicy, at: Place): void {
  if (egressProxy === undefined) return;
  const here = at.at('egressProxy');
  if (mode !== 'ALLOW_ANY') here.refuse(`cannot be given in mode ${mode}, in which nothing goes to unknown hosts`, { allowed: 'mode ALLOW_ANY' });
  checkDestination(egressProxy, here);
  if (egressProxy.port === undefined) here.at('port').refuse('is required');
}
