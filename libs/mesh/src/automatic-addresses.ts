import { Map as PersistentMap } from 'immutable';
import { compareServiceAge, type Service } from './service.ts';

/**
 * Addresses for services that have none of their own, so that connections to them can be told apart. Every
 * copy of this index of the same services is the same, however it came about: each service has the
 * first free address from the place that its name is hashed to, and the older service goes first.
 */
export interface AutomaticAddresses {
  readonly bySlot: PersistentMap<number, Service>;
  readonly slots: PersistentMap<string, number>;
}

export const noAutomaticAddresses: AutomaticAddresses = { bySlot: PersistentMap(), slots: PersistentMap() };

/** As many as 240.240.0.0/16 has without its first and last. */
const slotCount = 2 ** 16 - 2;

/** Whether a service gets addresses: one that has none, and is not at whatever address its clients asked for. */
export function needsAddress({ host, addresses, resolution }: Service): boolean {
  return addresses.length === 0 && resolution !== 'NONE' && resolution !== 'DYNAMIC_DNS' && !host.startsWith('*');
}

/** The addresses of a service: one of 240.240.0.0/16, and one of 2001:2::/48 (both reserved); none where it needs none. */
export function addressesOf({ slots }: AutomaticAddresses, id: string): readonly string[] {
  const slot = slots.get(id);
  if (slot === undefined) return none;
  const number = slot + 1;
  return [`240.240.${number >> 8}.${number & 0xff}`, `2001:2::f0f0:${number.toString(16)}`];
}

const none: readonly string[] = [];

/**
 * The index with some services taken out and then others put in. The cost grows with these and their neighbours.
 *
 * @returns also the ids of services whose addresses may differ
 */
export function reassign(index: AutomaticAddresses, removed: readonly Service[], added: readonly Service[]): { readonly index: AutomaticAddresses; readonly touched: ReadonlySet<string> } {
  const touched = new Set<string>();
  if (removed.length === 0 && added.length === 0) return { index, touched };
  const bySlot = index.bySlot.asMutable();
  const slots = index.slots.asMutable();
  const free = (slot: number) => {
    const service = bySlot.get(slot);
    if (service === undefined) return undefined;
    bySlot.delete(slot);
    slots.delete(service.id);
    touched.add(service.id);
    return service;
  };
  const insert = (service: Service) => {
    if (slots.size >= slotCount) return;
    let [current, slot] = [service, hash(service.id) % slotCount];
    for (let other = bySlot.get(slot); other !== undefined; other = bySlot.get(slot)) {
      if (compareServiceAge(current, other) < 0) {
        put(current, slot);
        current = other;
      }
      slot = (slot + 1) % slotCount;
    }
    put(current, slot);
  };
  const put = (service: Service, slot: number) => {
    bySlot.set(slot, service);
    slots.set(service.id, slot);
    touched.add(service.id);
  };
  for (const { id } of removed) {
    const slot = slots.get(id);
    if (slot === undefined) continue;
    free(slot);
    // Those behind it may have had to make way for it.
    const behind: Service[] = [];
    for (let next = (slot + 1) % slotCount, service = free(next); service !== undefined; next = (next + 1) % slotCount, service = free(next)) behind.push(service);
    for (const service of behind) insert(service);
  }
  for (const service of added) insert(service);
  return { index: { bySlot: bySlot.asImmutable(), slots: slots.asImmutable() }, touched };
}

/** FNV-1a, 32 bits. */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let at = 0; at < text.length; at++) value = Math.imul(value ^ text.charCodeAt(at), 0x01000193);
  return value >>> 0;
}
