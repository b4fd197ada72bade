import type { Protocol } from './protocol.ts';

/** A port of a service, as callers name it. */
export interface ServicePort {
  readonly number: number;
  readonly name: string;
  readonly protocol: Protocol;
  /** The port workloads listen on where it differs from `number`. */
  readonly targetPort: number;
}

/**
 * A service, however it was discovered. Two objects are the same service, unchanged, exactly when they
 * are the same object: a snapshot keeps the object as long as nothing but endpoints changed.
 */
export interface Service {
  /** `<namespace>/<host>`, unique in a snapshot. */
  readonly id: string;
  /** The full name, or a wildcard such as `*.example.com`. */
  readonly host: string;
  readonly namespace: string;
  /** Virtual addresses, each an IP or a CIDR. */
  readonly addresses: readonly string[];
  /** By number, ascending. */
  readonly ports: readonly ServicePort[];
  readonly external: boolean;
  readonly resolution: 'NONE' | 'STATIC' | 'DNS' | 'DNS_ROUND_ROBIN';
  readonly exportTo: readonly string[];
  readonly subjectAltNames: readonly string[];
  /** SPIFFE ids of the accounts its endpoints run as, sorted; clients accept these alone. */
  readonly identities: readonly string[];
  /** Labels that its workloads carry; absent where endpoints are listed one by one. */
  readonly selectors: readonly Readonly<Record<string, string>>[];
  /** Keys of the resources it was made from, the oldest first. */
  readonly sources: readonly string[];
}

/** The id a snapshot knows a service by. */
export function serviceId(namespace: string, host: string): string {
  return `${namespace}/${host}`;
}
