import { gatewayKey } from '@flotilla/mesh';
import type { HTTPMatchRequest } from '@flotilla/resources';
import type { RouteContext } from './route-context.ts';

/** Whether a match is for this proxy and port at all: `port`, `gateways`, `sourceLabels`, `sourceNamespace`. */
export function matchApplies(
  match: Pick<HTTPMatchRequest, 'port' | 'gateways' | 'sourceLabels' | 'sourceNamespace'>,
  context: Pick<RouteContext, 'namespace' | 'gateways' | 'port' | 'sourceLabels' | 'sourceNamespace'>,
): boolean {
  const { port, gateways, sourceLabels, sourceNamespace } = match;
  return (
    (port === undefined || port === 0 || port === context.port) &&
    (gateways === undefined || gateways.length === 0 || gateways.some((name) => context.gateways.has(gatewayKey(name, context.namespace)))) &&
    Object.entries(sourceLabels ?? {}).every(([label, value]) => context.sourceLabels[label] === value) &&
    (sourceNamespace === undefined || sourceNamespace === '' || sourceNamespace === context.sourceNamespace)
  );
}
