/** Exactly what differs between two snapshots, so that the work after a change is proportional to it. */
export interface SnapshotDelta {
  /** What holds for the whole mesh differs, and with it anything may; the rest then names all that there is and was. */
  readonly mesh: boolean;
  /** Ids of services added, removed, or changed in anything but their endpoints. */
  readonly services: ReadonlySet<string>;
  /** Ids of services of which only the endpoints changed. */
  readonly endpoints: ReadonlySet<string>;
  /** Addresses of the endpoints that came, went or changed. */
  readonly addresses: ReadonlySet<string>;
  /** Ids of services for which a DestinationRule was added, removed or changed. */
  readonly rules: ReadonlySet<string>;
  /** The VirtualServices (`<namespace>/<name>`) added, removed or changed. */
  readonly virtualServices: ReadonlySet<string>;
  /** Hosts (of services or VirtualServices) whose routes may differ, whatever the cause. */
  readonly routes: ReadonlySet<string>;
  /** The Gateways (`<namespace>/<name>`) added, removed or changed. */
  readonly gateways: ReadonlySet<string>;
  /** The DenyLists (`<namespace>/<name>`) added, removed or changed. */
  readonly denyLists: ReadonlySet<string>;
  /** The Sidecars (`<namespace>/<name>`) added, removed or changed. */
  readonly sidecars: ReadonlySet<string>;
  /** The PeerAuthentications (`<namespace>/<name>`) added, removed or changed. */
  readonly peerAuthentications: ReadonlySet<string>;
  /** The EnvoyFilters (`<namespace>/<name>`) added, removed or changed. */
  readonly envoyFilters: ReadonlySet<string>;
  /** Proxies may belong to other scopes than before. */
  readonly scopes: boolean;
}

/** Whether nothing at all differs. */
export function isEmptyDelta(delta: SnapshotDelta): boolean {
  const { services, endpoints, rules, virtualServices, routes, gateways, denyLists, sidecars, peerAuthentications, envoyFilters } = delta;
  return !delta.mesh && !delta.scopes && [services, endpoints, rules, virtualServices, routes, gateways, denyLists, sidecars, peerAuthentications, envoyFilters].every((set) => set.size === 0);
}

/** What differs by several steps, one after the other. */
export function allDeltas(deltas: readonly SnapshotDelta[]): SnapshotDelta {
  const all = (named: (delta: SnapshotDelta) => ReadonlySet<string>): ReadonlySet<string> => {
    const names = new Set<string>();
    for (const delta of deltas) for (const name of named(delta)) names.add(name);
    return names;
  };
  return {
    mesh: deltas.some(({ mesh }) => mesh),
    services: all(({ services }) => services),
    endpoints: all(({ endpoints }) => endpoints),
    addresses: all(({ addresses }) => addresses),
    rules: all(({ rules }) => rules),
    virtualServices: all(({ virtualServices }) => virtualServices),
    routes: all(({ routes }) => routes),
    gateways: all(({ gateways }) => gateways),
    denyLists: all(({ denyLists }) => denyLists),
    sidecars: all(({ sidecars }) => sidecars),
    peerAuthentications: all(({ peerAuthentications }) => peerAuthentications),
    envoyFilters: all(({ envoyFilters }) => envoyFilters),
    scopes: deltas.some(({ scopes }) => scopes),
  };
}
