import type { StreamType } from './stream-type.ts';

/** What a request asks for, in either protocol. */
export interface Wish {
  readonly subscribe: readonly string[];
  readonly unsubscribe: readonly string[];
}

/** How a wish changed a subscription. */
export interface SubscriptionChange {
  /** Everything is asked for now, and was not before; or the reverse. */
  readonly all: boolean;
  readonly noLongerAll: boolean;
  /** Names that must be answered. */
  readonly added: readonly string[];
  readonly dropped: readonly string[];
}

const everything = '*';

/**
 * Subscribes and unsubscribes as a delta request says. A name that is asked for again is answered again. The first
 * request of a stream for a type, if it names nothing, asks for everything; unlike in state of the world this stays so
 * when names are added, for Envoy adds single names on demand.
 */
export function changeDelta(type: StreamType, { subscribe, unsubscribe }: Wish, first: boolean): SubscriptionChange {
  const before = type.wildcard;
  if (first && subscribe.length === 0 && !type.traits.byNameOnly) type.wildcard = true;
  const dropped: string[] = [];
  const added: string[] = [];
  for (const name of unsubscribe) {
    if (name === everything) type.wildcard = false;
    else if (type.unsubscribe(name)) (type.wildcard ? added : dropped).push(name);
  }
  for (const name of subscribe) {
    if (name === everything) {
      type.wildcard = true;
    } else {
      added.push(type.subscribe(name));
    }
  }
  return { all: type.wildcard && (!before || subscribe.includes(everything)), noLongerAll: before && !type.wildcard, added, dropped };
}

/** Makes the subscription what the names of a state-of-the-world request say. */
export function changeSotw(type: StreamType, names: readonly string[]): SubscriptionChange {
  const before = type.wildcard;
  const wanted = new Set(names);
  type.everNamed ||= wanted.size > 0;
  type.wildcard = wanted.delete(everything) || (!type.everNamed && !type.traits.byNameOnly);
  const dropped = [...type.names].filter((name) => !wanted.has(name));
  for (const name of dropped) type.unsubscribe(name);
  const added = [...wanted].filter((name) => !type.names.has(name)).map((name) => type.subscribe(name));
  return { all: type.wildcard && !before, noLongerAll: before && !type.wildcard, added, dropped: type.wildcard ? [] : dropped };
}
