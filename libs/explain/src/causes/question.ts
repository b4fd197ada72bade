import type { Snapshot } from '@flotilla/mesh';
import { gatewayLayout, type GatewayPort, type ProxyDescription, type Scope } from '@flotilla/translate';
import type { Explanation } from '../explanation.ts';
import type { Way } from '../landing.ts';
import type { ExplainRequest } from '../request.ts';

/** Why a request landed where it did: the mesh that the proxy's configuration was made from, and what came of the request there. */
export interface Question {
  readonly snapshot: Snapshot;
  readonly proxy: ProxyDescription;
  readonly scope: Scope;
  readonly request: ExplainRequest;
  readonly landing: Explanation;
  readonly way: Way;
}

/** The port of a gateway whose listener took the request; undefined at other proxies, and where none did. */
export function gatewayPortOf({ snapshot, scope, landing }: Question): GatewayPort | undefined {
  return scope.type === 'gateway' ? gatewayLayout(snapshot, scope).ports.find(({ name }) => name === landing.listener) : undefined;
}
