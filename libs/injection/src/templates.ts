import type { Place } from '@flotilla/resources';
import { annotation } from './names.ts';

/** What is injected: a proxy beside an application, or one that is the pod's purpose. */
export type ProxyRole = 'sidecar' | 'gateway';
const roles: readonly ProxyRole[] = ['sidecar', 'gateway'];

/** The role that a pod asks for by `inject.istio.io/templates`; without a word it is a sidecar. */
export function proxyRole(annotations: Readonly<Record<string, string>>, at: Place): ProxyRole {
  const text = annotations[annotation.templates];
  if (text === undefined) return 'sidecar';
  const role = roles.find((known) => known === text.trim());
  if (role === undefined) at.at(annotation.templates).refuse('names no template', { found: text, allowed: roles.join(', ') });
  return role ?? 'sidecar';
}
