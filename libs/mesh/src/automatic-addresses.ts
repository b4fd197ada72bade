import { PersistentMap } from './persistent-map.ts';
import { compareServiceAge, type Service } from './service.ts';

/**
 * Addresses for services that have none of their own, so that connections to them can be told apart: those that Istio
 * gives them. Every copy of this index of the same services is the same, however it came about: a name is hashed to
 * places, one after the other, and each ServiceEntry of a service has the first of them that no older one has.
 */
export interface AutomaticAddresses {
  /** Those who asked for a place, the oldest, who has it, first. */
  readonly claims: PersistentMap<number, readonly Claim[]>;
  /** The place that each claim led to, by its key. */
  readonly places: PersistentMap<string, number>;
}

/** What each of the ServiceEntries behind a service asks for. */
interface Claim {
  readonly service: Service;
  /** Which of the service's ServiceEntries, from 0. */
  readonly entry: number;
}

export const noAutomaticAddresses: AutomaticAddresses = { claims: PersistentMap.empty(), places: PersistentMap.empty() };

/** Istio's: places in the block 240.240.0.0/16, and a prime for the steps between those of a name. */
const placeCount = 256 * 254;
const prime = 65_011;

/** How many places a claim tries: with nine in ten taken, one in forty thousand finds none. */
const tries = 100;

/** Whether a service gets addresses: one that has none, and is not at whatever address its clients asked for. */
export function needsAddress({ host, addresses, resolution }: Service): boolean {
  return addresses.length === 0 && resolution !== 'NONE' && resolution !== 'DYNAMIC_DNS' && !host.startsWith('*');
}

/**
 * The addresses of a service: one of 240.240.0.0/16, and one of 2001:2::/48 (both reserved); none where it needs none.
 * Of the places of several ServiceEntries it is the lowest, as in Istio.
 */
export function addressesOf({ places }: AutomaticAddresses, service: Service): readonly string[] {
  const held = claimsOf(service).flatMap((claim) => places.get(keyOf(claim)) ?? []);
  if (held.length === 0) return none;
  const number = Math.min(...held) + 1;
  const [third, fourth] = [Math.floor(number / 255), number % 255];
  return [`240.240.${third}.${fourth}`, `2001:2::f0f0:${((third << 8) | fourth).toString(16)}`];
}

const none: readonly string[] = [];

/**
 * The index with some services taken out and then others put in. The cost grows with these and those who wanted the same places.
 *
 * @returns also the ids of services whose addresses may differ
 */
export function reassign(index: AutomaticAddresses, removed: readonly Service[], added: readonly Service[]): { readonly index: AutomaticAddresses; readonly touched: ReadonlySet<string> } {
  const touched = new Set<string>();
  if (removed.length === 0 && added.length === 0) return { index, touched };
  const claims = index.claims.draft();
  const places = index.places.draft();

  /** A claim asks for its places in turn, those after one; whose place it takes goes on from there. */
  const insert = (claim: Claim, after?: number): void => {
    touched.add(claim.service.id);
    places.set(keyOf(claim), undefined);
    for (const place of placesOf(claim, after)) {
      const others = claims.get(place) ?? [];
      claims.set(place, [...others, claim].sort(compareClaims));
      const [holder] = others;
      if (holder !== undefined && compareClaims(holder, claim) < 0) continue;
      places.set(keyOf(claim), place);
      if (holder !== undefined) insert(holder, place);
      return;
    }
  };
  /** A claim gives up its places, those after one; the place that it had goes to the next who asked for it. */
  const withdraw = (claim: Claim, after?: number): void => {
    touched.add(claim.service.id);
    const held = places.get(keyOf(claim));
    places.set(keyOf(claim), undefined);
    for (const place of placesOf(claim, after)) {
      const others = (claims.get(place) ?? []).filter((other) => keyOf(other) !== keyOf(claim));
      claims.set(place, others.length === 0 ? undefined : others);
      if (place !== held) continue;
      const [heir] = others;
      if (heir === undefined) return;
      withdraw(heir, place);
      places.set(keyOf(heir), place);
      return;
    }
  };
  for (const claim of removed.flatMap(claimsOf)) withdraw(claim);
  for (const claim of added.flatMap(claimsOf)) insert(claim);
  return { index: { claims: claims.finished(), places: places.finished() }, touched };
}

function claimsOf(service: Service): Claim[] {
  return service.sources.map((_, entry) => ({ service, entry }));
}

function keyOf({ service, entry }: Claim): string {
  return `${entry} ${service.id}`;
}

function compareClaims(a: Claim, b: Claim): number {
  return compareServiceAge(a.service, b.service) || a.entry - b.entry;
}

/**
 * The places that a claim asks for, or those after one, in Istio's order (double hashing). Nobody is at a place whose
 * address would end in 0: Istio moves whoever is there to the next, and with it all that follow.
 */
function* placesOf({ service }: Claim, after?: number): Generator<number> {
  const key = hash(service.id);
  const step = prime - (key % prime);
  const seen = new Set<number>();
  let passed = after === undefined;
  for (let at = 0; at < tries; at++) {
    const place = at === 0 ? key % placeCount : ((key + Math.imul(at, step)) >>> 0) % (placeCount - 1);
    if (seen.has(place) || (place + 1) % 255 === 0) continue;
    seen.add(place);
    if (passed) yield place;
    passed ||= place === after;
  }
}

/** FNV-1a, 32 bits. */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let at = 0; at < text.length; at++) value = Math.imul(value ^ text.charCodeAt(at), 0x01000193);
  return value >>> 0;
}
