import type { Snapshot } from '@flotilla/mesh';
import { scopeOf, translateProxy, translateScope, type EnvoyResource, type ProxyDescription } from '@flotilla/translate';

/** Every resource that a proxy would be given at a snapshot, as a client of the state of the world gets them. */
export function* configOfProxy(snapshot: Snapshot, proxy: ProxyDescription): Generator<EnvoyResource> {
  yield* translateScope(snapshot, scopeOf(snapshot, proxy)).resources();
  yield* translateProxy(snapshot, proxy).resources;
}
