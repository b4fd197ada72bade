import type { Write } from './fleet-messages.ts';
import { marksIn } from './trace-marks.ts';

/** When one proxy got which version of an object, both ascending. */
type Receipts = { readonly version: number; readonly at: number }[];

/** What each proxy received of the traced objects, and when. */
export class Trace {
  readonly #receipts = new Map<number, Map<string, Receipts>>();

  /** Takes note of what a proxy was sent. */
  received(proxy: number, bytes: Buffer, at: number): void {
    for (const { object, version } of marksIn(bytes)) {
      let ofProxy = this.#receipts.get(proxy);
      if (ofProxy === undefined) this.#receipts.set(proxy, (ofProxy = new Map<string, Receipts>()));
      const receipts = ofProxy.get(object);
      if (receipts === undefined) ofProxy.set(object, [{ version, at }]);
      else if (version > (receipts.at(-1)?.version ?? -1)) receipts.push({ version, at });
    }
  }

  /** Which of these proxies do not have the last version of all that was written. */
  behind(proxies: Iterable<number>, writes: readonly Write[]): number[] {
    const last = new Map(writes.map(({ object, version }) => [object, version]));
    return [...proxies].filter((proxy) => [...last].some(([object, version]) => (this.#receipts.get(proxy)?.get(object)?.at(-1)?.version ?? -1) < version));
  }

  /** Milliseconds from each write until each proxy had it, or a later version of the same object; ascending. */
  staleness(proxies: readonly number[], writes: readonly Write[]): number[] {
    const all: number[] = [];
    for (const proxy of proxies) {
      for (const { object, version, at } of writes) {
        const receipt = this.#receipts.get(proxy)?.get(object)?.find((each) => each.version >= version);
        if (receipt !== undefined) all.push(receipt.at - at);
      }
    }
    return all.sort((a, b) => a - b);
  }
}
