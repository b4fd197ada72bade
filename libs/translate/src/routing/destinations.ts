import { destinationFor, fullHost, ruleFor, type EffectiveRule, type MeshConfig, type Service, type Snapshot } from '@flotilla/mesh';
import type { ConsistentHashLB, Destination, RouteDestination } from '@flotilla/resources';
import { outboundCluster } from '../clusters/names.ts';
import { portPolicy, type PortPolicy } from '../clusters/policy.ts';
import { namesHosts } from '../listeners/outbound-ports.ts';
import type { Scope } from '../scope.ts';
import { liveDestinations } from './http/destinations.ts';

/** What a host was found to be when routes were made; the routes hold while it still is. */
export interface Read {
  readonly host: string;
  readonly service: Service | undefined;
  readonly rule: EffectiveRule | undefined;
}

/** Finds what destinations mean to a scope, and keeps note of all it was asked for. */
export class Destinations {
  readonly reads: Read[] = [];
  readonly #snapshot: Snapshot;
  readonly #scope: Scope;

  constructor(snapshot: Snapshot, scope: Scope) {
    this.#snapshot = snapshot;
    this.#scope = scope;
  }

  get mesh(): MeshConfig {
    return this.#snapshot.mesh;
  }

  /** The service and rule of a full host. */
  read(host: string): Read {
    const known = this.reads.find((read) => read.host === host);
    if (known !== undefined) return known;
    const read = this.#find(host);
    this.reads.push(read);
    return read;
  }

  /** Whether everything that was read another time is still so, or is so for this scope too. */
  agreesWith(reads: readonly Read[]): boolean {
    return reads.every((old) => {
      const now = this.#find(old.host);
      return now.service === old.service && now.rule === old.rule;
    });
  }

  #find(host: string): Read {
    const service = destinationFor(this.#snapshot, this.#scope, host);
    return { host, service, rule: service === undefined ? undefined : ruleFor(this.#snapshot, this.#scope, service) };
  }

  /**
   * The cluster for a destination. One for a host that nobody has is named all the same: requests for
   * it fail, and clusters of the bootstrap can be reached.
   *
   * @param namespace where the destination is written
   * @param listenerPort the port that stands in where it names none and the service has several
   */
  cluster(destination: Destination, namespace: string, listenerPort: number): string {
    const read = this.#target(destination, namespace);
    return outboundCluster(read.host, wantedPort(destination, read, listenerPort), destination.subset);
  }

  /** The clusters for the destinations of connections, and the share of each. */
  shares(route: readonly RouteDestination[], namespace: string, listenerPort: number): { readonly name: string; readonly weight: number }[] {
    return liveDestinations(route).map(({ destination, weight }) => ({ name: this.cluster(destination, namespace, listenerPort), weight: weight ?? 1 }));
  }

  /** The consistent hashing that the rules ask for at a destination. */
  consistentHash(destination: Destination, namespace: string, listenerPort: number): ConsistentHashLB | undefined {
    return this.policy(destination, namespace, listenerPort).loadBalancer?.consistentHash;
  }

  /** What the rules say of traffic to a destination. */
  policy(destination: Destination, namespace: string, listenerPort: number): PortPolicy {
    const read = this.#target(destination, namespace);
    const { rule, service } = read;
    const wanted = wantedPort(destination, read, listenerPort);
    if (service?.ports.some(({ number }) => number === wanted) !== true) return {};
    return portPolicy(this.mesh, rule, wanted, rule?.subsets.find(({ name }) => name === destination.subset));
  }

  /** The port of a service whose host is looked up when a connection names it; undefined for others. */
  lookedUpPort(destination: Destination, namespace: string, listenerPort: number): number | undefined {
    const read = this.#target(destination, namespace);
    return read.service !== undefined && namesHosts(read.service) ? wantedPort(destination, read, listenerPort) : undefined;
  }

  #target({ host }: Destination, namespace: string): Read {
    return this.read(fullHost(host, namespace, this.#snapshot.mesh.domainSuffix));
  }
}

/** The port that a destination means: the one it names, the only one that there is, or that of the listener. */
function wantedPort({ port }: Destination, { service }: Read, listenerPort: number): number {
  if (port !== undefined) return port.number;
  const only = service?.ports.length === 1 ? service.ports[0] : undefined;
  return only?.number ?? listenerPort;
}
