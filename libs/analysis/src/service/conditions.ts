import { records } from '@flotilla/kubernetes';
import { isRecord, type ServiceEntry } from '@flotilla/resources';
import type { Finding } from '../message.ts';
import { objectRule, resourceRule } from '../rule.ts';

const definition = { analyzer: 'conditions.ConditionAnalyzer', codes: ['IST0171'] } as const;

/** Statuses of objects that say that something is not as it should be. */
export const objectConditions = objectRule(['Service', 'AuthorizationPolicy', 'Gateway', 'HTTPRoute', 'GRPCRoute', 'TCPRoute', 'TLSRoute'], {
  ...definition,
  check: ({ body }) => negative(body['status']),
});

/** The same of ServiceEntries. */
export const serviceEntryConditions = resourceRule('ServiceEntry', { ...definition, check: ({ status }: ServiceEntry) => negative(status) });

function* negative(status: unknown): Generator<Finding> {
  if (!isRecord(status)) return;
  for (const { type, status: holds, reason, message } of [...records(status['conditions']), ...records(status['parents']).flatMap(({ conditions }) => records(conditions))]) {
    const bad = holds === 'False' || reason === 'PartiallyInvalid';
    if (bad && isOfMesh(String(type))) yield { code: 'IST0171', path: 'status.conditions', text: `The condition ${String(type)} is ${String(holds)}: ${String(reason)}, ${String(message)}` };
  }
}

/** Conditions of others, as of what deploys the objects, have a domain of theirs in the name. */
function isOfMesh(type: string): boolean {
  return !type.includes('/') || /(^|\.)(istio\.io|gateway\.networking\.k8s\.io|flotilla\.dev)\//.test(type);
}
