import type { Snapshot } from '@flotilla/mesh';
import { scopeOf, translateProxy, translateScopeInSteps, type EnvoyResource, type ProxyDescription } from '@flotilla/translate';

/**
 * Every resource that a proxy would be given at a snapshot, as a client of the state of the world gets them; each is made
 * when it is asked for.
 */
export function* configOfProxy(snapshot: Snapshot, proxy: ProxyDescription): Generator<EnvoyResource> {
  for (const made of translateScopeInSteps(snapshot, scopeOf(snapshot, proxy))) yield* made;
  yield* translateProxy(snapshot, proxy).resources;
}
