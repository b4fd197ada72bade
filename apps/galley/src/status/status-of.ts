import { isDeepStrictEqual } from 'node:util';
import type { Condition, ResourceStatus, ValidationMessage } from '@flotilla/resources';
import type { Propagation } from './propagation.ts';

/** What is known of a resource at one moment. */
export interface Standing {
  readonly generation: number;
  /** Why a newer version, as a file or another source has it, was not taken; the one in force is older. */
  readonly problems: readonly string[];
  /** Undefined where no Pilot tells. */
  readonly propagation: Propagation | undefined;
  readonly messages: readonly ValidationMessage[];
}

/** More proxies than this are not named in a message. */
const mostNamed = 3;

/**
 * What Galley says of a resource, in the shape that Istio's statuses have.
 *
 * @param before what was said last: the time of a condition that is as it was stays
 * @param now RFC 3339
 */
export function statusOf({ generation, problems, propagation, messages }: Standing, before: ResourceStatus | undefined, now: string): ResourceStatus {
  const conditions = [accepted(problems), propagated(propagation)].map((condition): Condition => {
    const last = before?.conditions?.find(({ type, status }) => type === condition.type && status === condition.status);
    return { ...condition, lastTransitionTime: last?.lastTransitionTime ?? now, observedGeneration: generation };
  });
  return { conditions, observedGeneration: generation, ...(messages.length === 0 ? {} : { validationMessages: [...messages] }) };
}

/**
 * Whether a status tells its readers nothing that another does not: proxies that come and go while a resource is
 * everywhere are no news.
 */
export function saysTheSame(one: ResourceStatus, other: ResourceStatus): boolean {
  return isDeepStrictEqual(told(one), told(other));
}

const own: readonly string[] = ['Accepted', 'Propagated'];

/** What is Galley's own of a status; what others say beside it is theirs. */
function told({ conditions = [], observedGeneration, validationMessages = [] }: ResourceStatus): object {
  const said = own.map((wanted) => {
    const { type, status, message, ...rest } = conditions.find(({ type: each }) => each === wanted) ?? { type: wanted };
    return type === 'Propagated' && status === 'True' ? { status, ...rest } : { status, message, ...rest };
  });
  return { said, observedGeneration, validationMessages };
}

type Said = Pick<Condition, 'type' | 'status' | 'reason' | 'message'>;

function accepted(problems: readonly string[]): Said {
  if (problems.length === 0) return { type: 'Accepted', status: 'True', reason: 'Valid', message: 'in force' };
  return { type: 'Accepted', status: 'False', reason: 'Invalid', message: `the last good version is in force; the newer one is not valid: ${problems.join('; ')}` };
}

function propagated(propagation: Propagation | undefined): Said {
  const said = (status: Said['status'], reason: string, message: string): Said => ({ type: 'Propagated', status, reason, message });
  if (propagation === undefined) return said('Unknown', 'NoPilot', 'no Pilot tells of its proxies');
  const { read, total, waiting, refusing } = propagation;
  const refusingIds = new Set(refusing.map(({ id }) => id));
  const count = `${total - waiting.length - refusingIds.size}/${total} proxies`;
  if (refusing.length > 0) return said('False', 'Refused', `${count}; ${named(refusing, ({ id, of, reason }) => `${id} refuses ${of}: ${reason}`)}`);
  if (!read) return said('False', 'InProgress', `${count}; not every Pilot has read it yet`);
  if (waiting.length > 0) return said('False', 'InProgress', `${count}; waiting for ${named(waiting, (id) => id)}`);
  return said('True', total === 0 ? 'NoProxyConcerned' : 'Propagated', count);
}

function named<T>(all: readonly T[], text: (one: T) => string): string {
  const some = all.slice(0, mostNamed).map(text).join('; ');
  return all.length > mostNamed ? `${some}; and ${all.length - mostNamed} more` : some;
}
