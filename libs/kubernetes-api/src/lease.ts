/** The spec of a `coordination.k8s.io/v1` Lease. Times are RFC 3339 with microseconds. */
export interface LeaseSpec {
  readonly holderIdentity?: string;
  readonly leaseDurationSeconds?: number;
  readonly acquireTime?: string;
  readonly renewTime?: string;
  readonly leaseTransitions?: number;
}

/** Who asks for a lease. */
export interface Claimant {
  readonly identity: string;
  readonly durationSeconds: number;
}

/**
 * What a lease becomes when a claimant takes or renews it; undefined while it is another's. How long it has stood is
 * by the claimant's own clock, from when it first saw the lease as it is: clocks of others are not trusted.
 *
 * @param spec of the lease there is; undefined where there is none
 * @param stoodMs for how long the claimant has seen it unchanged
 * @param now RFC 3339 with microseconds
 */
export function claimed(spec: LeaseSpec | undefined, stoodMs: number, { identity, durationSeconds }: Claimant, now: string): LeaseSpec | undefined {
  const { holderIdentity = '', leaseDurationSeconds = 0, leaseTransitions = 0 } = spec ?? {};
  const ours = holderIdentity === identity;
  const free = holderIdentity === '' || stoodMs >= leaseDurationSeconds * 1_000;
  if (!ours && !free) return undefined;
  return {
    holderIdentity: identity,
    leaseDurationSeconds: durationSeconds,
    acquireTime: ours ? (spec?.acquireTime ?? now) : now,
    renewTime: now,
    leaseTransitions: ours || spec === undefined ? leaseTransitions : leaseTransitions + 1,
  };
}

/** What a lease becomes when its holder lets go of it, so that nobody has to wait. */
export function released({ acquireTime, leaseTransitions }: LeaseSpec, now: string): LeaseSpec {
  return {
    holderIdentity: '',
    leaseDurationSeconds: 1,
    renewTime: now,
    ...(acquireTime === undefined ? {} : { acquireTime }),
    ...(leaseTransitions === undefined ? {} : { leaseTransitions }),
  };
}
