import { fullHost, ruleFor, serviceFor, type EffectiveRule, type Service, type Snapshot } from '@flotilla/mesh';
import type { ConsistentHashLB, Destination } from '@flotilla/resources';
import { blackHole, outboundCluster } from '../clusters/names.ts';
import { portPolicy } from '../clusters/policy.ts';
import type { Scope } from '../scope.ts';

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
    const service = serviceFor(this.#snapshot, this.#scope.namespace, host);
    return { host, service, rule: service === undefined ? undefined : ruleFor(this.#snapshot, this.#scope, service) };
  }

  /**
   * The cluster for a destination.
   *
   * @param namespace where the destination is written
   * @param listenerPort the port that stands in where it names none and the service has several
   */
  cluster(destination: Destination, namespace: string, listenerPort: number): string {
    const { service, port } = this.#target(destination, namespace, listenerPort);
    return service === undefined || port === undefined ? blackHole : outboundCluster(service.host, port, destination.subset);
  }

  /** The consistent hashing that the rules ask for at a destination. */
  consistentHash(destination: Destination, namespace: string, listenerPort: number): ConsistentHashLB | undefined {
    const { rule, port } = this.#target(destination, namespace, listenerPort);
    if (rule === undefined || port === undefined) return undefined;
    const subset = rule.subsets.find(({ name }) => name === destination.subset);
    return portPolicy(rule, port, subset).loadBalancer?.consistentHash;
  }

  #target(destination: Destination, namespace: string, listenerPort: number): Read & { readonly port: number | undefined } {
    const read = this.read(fullHost(destination.host, namespace, this.#snapshot.mesh.domainSuffix));
    const { ports = [] } = read.service ?? {};
    const wanted = destination.port?.number ?? (ports.length === 1 ? ports[0]?.number : listenerPort);
    return { ...read, port: ports.find(({ number }) => number === wanted)?.number };
  }
}
