import { expect, it } from 'vitest';
import { claimed, released, type LeaseSpec } from './lease.ts';

const [early, now] = ['2026-01-01T00:00:00.000000Z', '2026-01-01T00:01:00.000000Z'];
const us = { identity: 'us', durationSeconds: 15 };
const held = (holderIdentity: string): LeaseSpec => ({ holderIdentity, leaseDurationSeconds: 20, acquireTime: early, renewTime: early, leaseTransitions: 3 });
const taken = { holderIdentity: 'us', leaseDurationSeconds: 15, acquireTime: now, renewTime: now };

it('is taken where there is none', () => expect(claimed(undefined, 0, us, now)).toEqual({ ...taken, leaseTransitions: 0 }));
it('is renewed by who has it', () => expect(claimed(held('us'), 99_000, us, now)).toEqual({ ...taken, acquireTime: early, leaseTransitions: 3 }));
it('is left to another for as long as that one renews it', () => expect(claimed(held('them'), 19_999, us, now)).toBeUndefined());
it('is taken from another who did not renew it in time', () => expect(claimed(held('them'), 20_000, us, now)).toEqual({ ...taken, leaseTransitions: 4 }));
it('is taken at once after it was let go of', () => expect(claimed(released(held('them'), early), 0, us, now)).toEqual({ ...taken, leaseTransitions: 4 }));
