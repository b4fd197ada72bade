import { FlotillaError, type Problem } from '@flotilla/errors';
import { decideInjection, injectPod, readPod, type InjectionOptions } from '@flotilla/injection';
import { createPatch } from 'rfc6902';
import type { AdmissionRequest, Verdict } from './admission-review.ts';

/** Gives a pod that is about to be made its proxy, as a patch. Refuses one whose annotations cannot be followed. */
export function inject({ operation, namespace, object }: AdmissionRequest, options: InjectionOptions): Verdict {
  if (operation !== 'CREATE') return { allowed: true };
  const read = readPod(object);
  if ('problems' in read) return refused(read.problems);
  if (!decideInjection(read.pod, namespace, options).inject) return { allowed: true };
  const injected = injectPod(read.pod, options);
  return 'problems' in injected ? refused(injected.problems) : { allowed: true, patch: createPatch(read.pod, injected.pod) };
}

function refused(problems: readonly Problem[]): Verdict {
  return { allowed: false, error: new FlotillaError('INVALID_RESOURCE', 'this pod cannot be given a proxy', { problems }) };
}
