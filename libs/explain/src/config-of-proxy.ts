import type { Snapshot } from '@flotilla/mesh';
import { scopeOf, translateProxy, translateScopeInSteps, type EnvoyResource, type ProxyDescription } from '@flotilla/translate';

/**
 * Every resource that a proxy would be given at a snapshot, as a client of the state of the world gets them; some are made
 * each time that more are asked for.
 */
export function* configOfProxy(snapshot: Snapshot, proxy: ProxyDescription): Generator<readonly EnvoyResource[]> {
  yield* translateScopeInSteps(snapshot, scopeOf(snapshot, proxy));
  yield translateProxy(snapshot, proxy).resources;
}
