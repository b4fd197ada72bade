import type { Problem } from '@flotilla/errors';
import { kindNamed } from './kinds.ts';
import { isRecord } from './validation/record.ts';

/** Kubernetes' own API groups have a name without a dot, or none at all, or one below this. */
const ownDomain = '.k8s.io';

/**
 * What there is to say of a document that is an object of Kubernetes itself, as a Deployment that stands beside Istio's
 * resources in a file; undefined of every other.
 */
export function kubernetesObject(document: unknown): Problem | undefined {
  if (!isRecord(document)) return undefined;
  const { apiVersion, kind } = document;
  if (typeof apiVersion !== 'string' || typeof kind !== 'string') return undefined;
  const group = apiVersion.includes('/') ? apiVersion.slice(0, apiVersion.indexOf('/')) : '';
  const own = group.endsWith(ownDomain) || (!group.includes('.') && kindNamed(kind) === undefined);
  if (!own) return undefined;
  return { path: '', message: 'is an object of Kubernetes itself and was passed over', found: `${apiVersion} ${kind}`, severity: 'warning' };
}
