import type { HTTPMatchRequest } from '@flotilla/resources';
import type { RouteContext } from './route-context.ts';

/** Whether a match is for this proxy and port at all: `port`, `gateways`, `sourceLabels`, `sourceNamespace`. */
export function matchApplies(match: HTTPMatchRequest, context: RouteContext): boolean {
  const { port, gateways, sourceLabels, sourceNamespace } = match;
  return (
    (port === undefined || port === 0 || port === context.port) &&
    (gateways === undefined || gateways.length === 0 || gateways.some((name) => context.gateways.has(qualified(name, context.namespace)))) &&
    Object.entries(sourceLabels ?? {}).every(([label, value]) => context.sourceLabels[label] === value) &&
    (sourceNamespace === undefined || sourceNamespace === '' || sourceNamespace === context.sourceNamespace)
  );
}

/** A gateway's `namespace/name`; `mesh` stays what it is. */
function qualified(name: string, namespace: string): string {
  return name === 'mesh' || name.includes('/') ? name : `${namespace}/${name}`;
}
