import { isRecord } from '@flotilla/resources';
import { objectRule, resourceRule } from '../rule.ts';

const definition = { analyzer: 'deprecation.DeprecationAnalyzer', codes: ['IST0002'] } as const;

/** Fields of VirtualServices that have another in their place. */
export const deprecatedFaults = resourceRule('VirtualService', {
  ...definition,
  *check({ spec }) {
    for (const [at, { fault }] of (spec.http ?? []).entries()) {
      if (fault?.delay?.percent) yield { code: 'IST0002', path: `spec.http[${at}].fault.delay.percent`, text: 'fault.delay.percent is deprecated: write fault.delay.percentage.' };
    }
  },
});

/** Fields of Sidecars that Istio does not go by any more. */
export const deprecatedEgressProxy = resourceRule('Sidecar', {
  ...definition,
  *check({ spec }) {
    if (spec.outboundTrafficPolicy?.egressProxy !== undefined) yield { code: 'IST0002', path: 'spec.outboundTrafficPolicy.egressProxy', text: 'outboundTrafficPolicy.egressProxy is deprecated: route unknown hosts by a ServiceEntry and a VirtualService.' };
  },
});

/** Kinds that Istio has given up. */
export const removedKinds = objectRule(['CustomResourceDefinition'], {
  ...definition,
  *check({ spec }) {
    const kind = isRecord(spec['names']) ? spec['names']['kind'] : undefined;
    if (spec['group'] === 'rbac.istio.io' && typeof kind === 'string') yield { code: 'IST0002', text: `The kind ${kind} of rbac.istio.io is gone: write AuthorizationPolicies.` };
  },
});
