import { kindNamed, parseResourceKey, type MeshResource } from '@flotilla/resources';
import type { Api } from './api.ts';
import { resourcePath } from './kind-argument.ts';
import { isBad, stateOf, type ResourceState } from './resource-state.ts';

/** How often a resource is looked at, in milliseconds. */
const pauseMs = 250;

export interface Waiting {
  readonly timeoutMs: number;
  readonly now: () => number;
  readonly pause: (ms: number) => Promise<unknown>;
}

/**
 * Waits until all proxies that a resource concerns run it, or it is clear that they will not, or the time is over.
 *
 * @param ref as `VirtualService/default/reviews`
 * @returns how it is by then
 */
export async function waitForProxies(galley: Api, ref: string, { timeoutMs, now, pause }: Waiting): Promise<ResourceState> {
  const { kind: kindName, namespace, name } = parseResourceKey(ref);
  const kind = kindNamed(kindName);
  if (kind === undefined) throw new RangeError(`no kind is called ${kindName}`);
  const until = now() + timeoutMs;
  for (;;) {
    const state = stateOf((await galley.call(resourcePath(kind, namespace, name))) as MeshResource);
    if (state.propagated?.status === 'True' || isBad(state) || now() >= until) return state;
    await pause(pauseMs);
  }
}
