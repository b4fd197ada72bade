import { fullHost, gatewaysOf, meshGateway, seesVirtualService, virtualServicesNaming } from '@flotilla/mesh';
import { resourceKey, type VirtualService } from '@flotilla/resources';
import { gatewayLayout } from '@flotilla/translate';
import type { NearMiss } from '../explanation.ts';
import type { Question } from './question.ts';
import { requestedHost } from './requested-host.ts';

/** How many are shown. */
const shown = 5;

/** The VirtualServices that are for the host of a request which nobody was found for, and why they did not speak for it. */
export function closeRules(question: Question): NearMiss[] {
  const { snapshot, scope, request } = question;
  const host = fullHost(requestedHost(request), scope.namespace, snapshot.mesh.domainSuffix);
  if (host === '') return [];
  const served = new Set(scope.type === 'gateway' ? gatewayLayout(snapshot, scope).ports.filter(({ number }) => number === request.port).flatMap(({ servers }) => servers.map(({ gateway }) => gateway)) : []);
  const close = virtualServicesNaming(snapshot, host).map((virtualService) => closeRule(question, virtualService, served)).filter((miss) => miss !== undefined);
  return [...close.take(shown)];
}

/** @param served the Gateways that the proxy serves on the port of the request */
function closeRule({ snapshot, scope, request }: Question, virtualService: VirtualService, served: ReadonlySet<string>): NearMiss | undefined {
  const resource = resourceKey(virtualService);
  const because = (path: string, reason: string): NearMiss => ({ at: 'virtualHost', name: resource, reason, resource, path });
  const bound = gatewaysOf(virtualService);
  const { spec } = virtualService;
  if (!seesVirtualService({ namespace: scope.namespace }, virtualService, snapshot.mesh)) return because('spec.exportTo', `is for ${(spec.exportTo ?? []).join(', ') || 'other namespaces'}, the proxy is in ${scope.namespace}`);
  if (!seesVirtualService(scope, virtualService, snapshot.mesh)) return undefined;
  // What is for all hosts of a gateway says nothing of this one.
  if (scope.type !== 'gateway') return bound.includes(meshGateway) || spec.hosts?.includes('*') === true ? undefined : because('spec.gateways', `is for the gateways ${bound.join(', ')}, not for the mesh`);
  if (!bound.some((gateway) => served.has(gateway))) return because('spec.gateways', `is for ${bound.join(', ')}, none of which is served here on port ${request.port}`);
  return undefined;
}
