import { texts, type KubernetesObject } from '@flotilla/kubernetes';
import { gatewayKey, meshGateway } from '@flotilla/mesh';
import { isRecord, selectorMatches, type VirtualService } from '@flotilla/resources';
import { resourceRule } from '../rule.ts';
import { selectedWorkloads, type Workload } from '../workload.ts';
import type { View } from '../view.ts';

/** Routes by claims of tokens at gateways where nothing checks tokens. */
export const jwtClaims = resourceRule('VirtualService', {
  analyzer: 'virtualservice.JWTClaimRouteAnalyzer',
  codes: ['IST0149'],
  needs: ['Pod', 'RequestAuthentication'],
  *check(resource, view) {
    const claim = claimOf(resource);
    if (claim === undefined) return;
    for (const [at, gateway] of (resource.spec.gateways ?? []).entries()) {
      const found = gateway === meshGateway ? undefined : view.snapshot.gateways.get(gatewayKey(gateway, resource.metadata.namespace));
      if (found === undefined) continue;
      for (const workload of selectedWorkloads(view, found.spec.selector)) {
        if (isAuthenticated(view, workload)) continue;
        yield { code: 'IST0149', path: `spec.gateways[${at}]`, text: `A rule asks for ${claim}, and no RequestAuthentication checks tokens at ${workload.namespace}/${workload.name} of the gateway ${gateway}.` };
      }
    }
  },
});

/** The first claim that a rule asks for. */
function claimOf({ spec }: VirtualService): string | undefined {
  const names = (spec.http ?? []).flatMap(({ match = [] }) => match.flatMap(({ headers = {}, withoutHeaders = {} }) => [...Object.keys(headers), ...Object.keys(withoutHeaders)]));
  return names.find((name) => name.startsWith('@request.auth.claims'));
}

function isAuthenticated({ objects, snapshot }: View, { namespace, labels }: Workload): boolean {
  const applies = ({ metadata, spec }: KubernetesObject): boolean =>
    [namespace, snapshot.mesh.rootNamespace].includes(metadata.namespace) && selectorMatches(isRecord(spec['selector']) ? texts(spec['selector']['matchLabels']) : {}, labels);
  return objects.ofKind('RequestAuthentication').some(applies);
}
