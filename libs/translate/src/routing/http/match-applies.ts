import { gatewayKey } from '@flotilla/mesh';
import type { HTTPMatchRequest } from '@flotilla/resources';
import type { RouteContext } from './route-context.ts';

type Match = Pick<HTTPMatchRequest, 'port' | 'gateways' | 'sourceLabels' | 'sourceNamespace'>;
type Context = Pick<RouteContext, 'namespace' | 'gateways' | 'port' | 'sourceLabels' | 'sourceNamespace'>;

/** Whether a match is for this proxy and port at all: `port`, `gateways`, `sourceLabels`, `sourceNamespace`. */
export function matchApplies(match: Match, context: Context): boolean {
  const { port, gateways, sourceLabels, sourceNamespace } = match;
  return (
    (port === undefined || port === 0 || port === context.port) &&
    (gateways === undefined || gateways.length === 0 || gateways.some((name) => context.gateways.has(gatewayKey(name, context.namespace)))) &&
    Object.entries(sourceLabels ?? {}).every(([label, value]) => context.sourceLabels[label] === value) &&
    (sourceNamespace === undefined || sourceNamespace === '' || sourceNamespace === context.sourceNamespace)
  );
}

/** The same for a match of requests, of which Istio has it that one with gateways is for all proxies there, whatever their labels and namespace. */
export function requestMatchApplies(match: Match, context: Context): boolean {
  const named = match.gateways !== undefined && match.gateways.length > 0;
  return matchApplies(named ? { ...match, sourceLabels: {}, sourceNamespace: '' } : match, context);
}
