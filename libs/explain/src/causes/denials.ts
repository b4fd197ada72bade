import { denyListsFor } from '@flotilla/mesh';
import { resourceKey, stringTest, type DenyRule } from '@flotilla/resources';
import type { Cause } from '../explanation.ts';
import { pathOf } from '../match-route.ts';
import { terminalOf } from '../network-filter.ts';
import { normalizedPath } from '../normalized-path.ts';
import type { ExplainRequest } from '../request.ts';
import type { Question } from './question.ts';

/** A rule of a DenyList that refuses a request when Mixer is asked, perhaps. */
export interface Denial {
  readonly cause: Cause;
  /** Whether that depends on who calls, which Mixer alone is told. */
  readonly dependsOnCaller: boolean;
}

/** The rules by which Mixer may refuse a request to a workload: those of which all holds that can be told here. */
export function denials({ snapshot, proxy, request, landing: { policies }, way: { chain } }: Question): Denial[] {
  if (proxy.mixerCluster === undefined || request.direction !== 'inbound' || policies.decidedBy === undefined) return [];
  const terminal = chain === undefined ? undefined : terminalOf(chain);
  const asked = terminal !== undefined && 'http' in terminal ? { ...request, path: normalizedPath(terminal.http, request.path) } : request;
  return denyListsFor(snapshot, proxy.namespace, proxy.labels).flatMap((list) =>
    list.spec.rules.flatMap((rule, at): Denial[] => {
      const cause: Cause = { of: 'decidedBy', resource: resourceKey(list), path: `spec.rules[${at}]` };
      return mayRefuse(rule, asked) ? [{ cause, dependsOnCaller: rule.sourcePrincipals !== undefined || rule.sourceNamespaces !== undefined }] : [];
    }),
  );
}

/** What is to be expected of Mixer, for people. */
export function denialWarning({ cause: { resource, path }, dependsOnCaller }: Denial): string {
  return `Mixer refuses it by ${resource} ${path}${dependsOnCaller ? ', if it comes from one of the callers there' : ''}`;
}

function mayRefuse({ methods, paths, headers = {} }: DenyRule, request: ExplainRequest): boolean {
  return (
    (methods?.includes(request.method) ?? true) &&
    (paths?.some((match) => stringTest(match)(pathOf(request))) ?? true) &&
    Object.entries(headers).every(([name, match]) => {
      const value = request.headers[name.toLowerCase()]?.join(',');
      return value !== undefined && stringTest(match)(value);
    })
  );
}
