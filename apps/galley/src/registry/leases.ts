/**
 * Who still renews. Time counts in ticks of the one who holds the leases, given only while a renewal
 * could have come in: time during which the control plane was away lets nothing expire.
 */
export class Leases {
  readonly #ticksToLive: number;
  readonly #ages = new Map<string, number>();

  constructor(ticksToLive: number) {
    this.#ticksToLive = ticksToLive;
  }

  get size(): number {
    return this.#ages.size;
  }

  has(key: string): boolean {
    return this.#ages.has(key);
  }

  renew(key: string): void {
    this.#ages.set(key, 0);
  }

  release(key: string): void {
    this.#ages.delete(key);
  }

  /** Gives everyone the full time again. */
  renewAll(): void {
    for (const key of this.#ages.keys()) this.#ages.set(key, 0);
  }

  /** Lets one tick pass; gives those whose time is over, until they are released. */
  tick(): string[] {
    const over: string[] = [];
    for (const [key, age] of this.#ages) {
      this.#ages.set(key, age + 1);
      if (age + 1 > this.#ticksToLive) over.push(key);
    }
    return over;
  }
}
