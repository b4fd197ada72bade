import { Resolver } from 'node:dns/promises';
import { isDeepStrictEqual } from 'node:util';
import { messageOf } from '@flotilla/errors';
import type { NameAddresses } from '@flotilla/mesh';
import type { Cancel, Clock, Logger } from '@flotilla/runtime';

/** What a name stands for, and for how many seconds at most that holds. */
export interface Looked {
  readonly addresses: readonly string[];
  readonly seconds: number;
}

/** Looks up the IP addresses of a DNS name. @throws where no name server knows any */
export type LookUp = (name: string) => Promise<Looked>;

/** Asks name servers. @param server address and port of the one to ask; without it, those of the system */
export function lookUpAt(server?: string): LookUp {
  const resolver = new Resolver({ timeout: 1000, tries: 2 });
  if (server !== undefined) resolver.setServers([server]);
  return async (name) => {
    const [four, six] = await Promise.allSettled([resolver.resolve4(name, { ttl: true }), resolver.resolve6(name, { ttl: true })]);
    const records = [four, six].flatMap((answer) => (answer.status === 'fulfilled' ? answer.value : []));
    if (records.length === 0) throw four.status === 'rejected' ? four.reason : new Error(`${name} has no address`);
    return { addresses: [...new Set(records.map(({ address }) => address))].sort(), seconds: Math.min(...records.map(({ ttl }) => ttl)) };
  };
}

/** Istio's: a name is looked up again when what was said of it has lived its time, within these limits. */
const shortestSeconds = 30;
const longestSeconds = 3600;

export interface GatewayNamesOptions {
  readonly lookUp: LookUp;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Told of all addresses that are known, whenever they differ. */
  onChange(addresses: NameAddresses): void;
}

/** Keeps the addresses of the names that gateways of networks have. A name that cannot be looked up keeps those that it had. */
export class GatewayNames {
  readonly #options: GatewayNamesOptions;
  /** The next look of each name that is followed. */
  readonly #next = new Map<string, Cancel>();
  #addresses: NameAddresses = new Map();

  constructor(options: GatewayNamesOptions) {
    this.#options = options;
  }

  /** Follows these names from now on, and no others. Resolves when each that is new has been looked up, or could not be. */
  async follow(names: ReadonlySet<string>): Promise<void> {
    const gone = [...this.#next.keys()].filter((name) => !names.has(name));
    for (const name of gone) {
      this.#next.get(name)?.();
      this.#next.delete(name);
    }
    this.#tell(new Map([...this.#addresses].filter(([name]) => names.has(name))));
    await Promise.all([...names].filter((name) => !this.#next.has(name)).map((name) => this.#look(name)));
  }

  stop(): Promise<void> {
    return this.follow(new Set());
  }

  async #look(name: string): Promise<void> {
    const { lookUp, clock, logger } = this.#options;
    const underWay: Cancel = () => undefined;
    this.#next.set(name, underWay);
    let seconds = shortestSeconds;
    let addresses: readonly string[] | undefined;
    try {
      const looked = await lookUp(name);
      addresses = looked.addresses;
      seconds = Math.min(Math.max(looked.seconds, shortestSeconds), longestSeconds);
    } catch (error) {
      logger.warn({ name, reason: messageOf(error) }, 'the name of a gateway cannot be looked up: its last known addresses stay');
    }
    if (this.#next.get(name) !== underWay) return;
    this.#next.set(name, clock.after(seconds * 1000, () => void this.#look(name)));
    if (addresses !== undefined) this.#tell(new Map([...this.#addresses, [name, addresses]]));
  }

  #tell(addresses: NameAddresses): void {
    if (isDeepStrictEqual(addresses, this.#addresses)) return;
    this.#addresses = addresses;
    this.#options.onChange(addresses);
  }
}
