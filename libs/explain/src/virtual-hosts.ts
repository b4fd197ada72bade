import { fromBinary } from '@bufbuild/protobuf';
import { BinaryReader } from '@bufbuild/protobuf/wire';
import { VirtualHostSchema, type VirtualHost } from '@flotilla/envoy-api/envoy/config/route/v3/route_components_pb.js';

interface Entry {
  readonly domains: readonly string[];
  readonly read: () => VirtualHost;
}

/** The virtual hosts of a route configuration by their domains. There may be tens of thousands: only those that are asked for are read as a whole. */
export class VirtualHosts {
  readonly #all: Entry[] = [];
  readonly #exact = new Map<string, Entry>();
  /** By what follows, or comes before, the asterisk. */
  readonly #suffixes = new Map<string, Entry>();
  readonly #prefixes = new Map<string, Entry>();

  add(host: VirtualHost): void {
    this.#add({ domains: host.domains, read: () => host });
  }

  /** @param name what the virtual host is called, if not as it says itself */
  addEncoded(bytes: Uint8Array, name?: string): void {
    this.#add({ domains: domainsOf(bytes), read: () => ({ ...fromBinary(VirtualHostSchema, bytes), ...(name === undefined ? {} : { name }) }) });
  }

  /**
   * The virtual host for a host: of those with the domain itself, `*.suffix`, `prefix.*` or `*`, the first kind that there
   * is, and of that the longest, as `VirtualHost.domains` is documented. Of two with one domain it is the first.
   */
  choose(host: string): VirtualHost | undefined {
    const found = this.#exact.get(host) ?? longest(this.#suffixes, host, (at) => host.slice(at)) ?? longest(this.#prefixes, host, (at) => host.slice(0, -at)) ?? this.#exact.get('*');
    return found?.read();
  }

  /** The first of them, at most so many. */
  first(count: number): VirtualHost[] {
    return this.#all.slice(0, count).map(({ read }) => read());
  }

  #add(entry: Entry): void {
    this.#all.push(entry);
    for (const written of entry.domains) {
      const domain = written.toLowerCase();
      if (domain === '*' || !domain.includes('*')) note(this.#exact, domain, entry);
      else if (domain.startsWith('*')) note(this.#suffixes, domain.slice(1), entry);
      else note(this.#prefixes, domain.slice(0, -1), entry);
    }
  }
}

function note(entries: Map<string, Entry>, key: string, entry: Entry): void {
  if (!entries.has(key)) entries.set(key, entry);
}

/** A wildcard stands for at least one character. */
function longest(entries: ReadonlyMap<string, Entry>, host: string, part: (left: number) => string): Entry | undefined {
  if (entries.size === 0) return undefined;
  for (let left = 1; left < host.length; left += 1) {
    const entry = entries.get(part(left));
    if (entry !== undefined) return entry;
  }
  return undefined;
}

/** The domains (field 2) of an encoded virtual host. */
function domainsOf(bytes: Uint8Array): string[] {
  const reader = new BinaryReader(bytes);
  const domains: string[] = [];
  while (reader.pos < reader.len) {
    const [field, wireType] = reader.tag();
    if (field === VirtualHostSchema.field.domains.number) domains.push(reader.string());
    else reader.skip(wireType);
  }
  return domains;
}
