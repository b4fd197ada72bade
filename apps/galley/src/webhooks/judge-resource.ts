import { describeProblem, FlotillaError } from '@flotilla/errors';
import { isRecord, kindNamed, readResource } from '@flotilla/resources';
import type { AdmissionRequest, Verdict } from './admission-review.ts';

/** Whether a resource may enter a cluster: by the checks that every other way into the mesh has. What goes may always go. */
export function judgeResource({ operation, namespace, object }: AdmissionRequest): Verdict {
  if (operation === 'DELETE' || !isRecord(object) || isGoing(object)) return { allowed: true };
  const kind = typeof object['kind'] === 'string' ? object['kind'] : '';
  if (kindNamed(kind) === undefined) return { allowed: true, warnings: [`Flotilla does not know the kind ${kind} and does nothing about it`] };
  const read = readResource(object, { defaultNamespace: namespace });
  if ('problems' in read) return { allowed: false, error: new FlotillaError('INVALID_RESOURCE', `this ${kind} is not valid`, { problems: read.problems }) };
  return { allowed: true, warnings: read.warnings.map(describeProblem) };
}

/** Whether an object only waits for its finalizers: those must be able to take themselves off a bad one too. */
function isGoing({ metadata }: Record<string, unknown>): boolean {
  return isRecord(metadata) && metadata['deletionTimestamp'] !== undefined;
}
