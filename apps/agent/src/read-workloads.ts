import { isIP } from 'node:net';
import { FlotillaError, type Problem } from '@flotilla/errors';
import { checkDocument, each, type Place } from '@flotilla/resources';
import { Type } from '@flotilla/runtime';
import { parseDocument } from 'yaml';
import { withDefaults, workloadKey, workloadSchema, type Workload, type WorkloadDocument } from './workload.ts';

const check = checkDocument<WorkloadDocument[]>(Type.Array(workloadSchema), (documents, root) => {
  each(documents, root, checkWorkload);
  refuseTwice(documents, root, (document) => workloadKey(withDefaults(document)), 'name', 'is the name of another workload of this namespace');
  const listeners = documents.flatMap((document, index) => listenersOf(document, root.at(index)));
  refuseDoubleListeners(listeners);
});

/**
 * Reads the list of workloads, YAML or JSON.
 * @throws FlotillaError INVALID_RESOURCE with every problem there is
 */
export function readWorkloads(text: string, file: string): Workload[] {
  const document = parseDocument(text);
  const syntax = document.errors.map((error): Problem => ({ path: '', message: `YAML syntax: ${error.message}` }));
  if (syntax.length > 0) return accept(syntax, file, () => []);
  // An empty file is no empty list: it may be one that is only half written.
  const content: unknown = document.toJS();
  return accept(check(content), file, () => (content as WorkloadDocument[]).map(withDefaults));
}

/**
 * Reads one workload that was sent.
 * @throws FlotillaError INVALID_RESOURCE with every problem there is
 */
export function readWorkload(document: unknown): Workload {
  const problems = check([document]).map((problem) => ({ ...problem, path: problem.path.replace(/^\[0\]\.?/, '') }));
  return accept(problems, 'The workload', () => withDefaults(document as WorkloadDocument));
}

/** Problems of workloads that live together: two cannot listen in the same place. */
export function conflictsOf(workloads: readonly Workload[]): Problem[] {
  return check(workloads.map((workload) => ({ ...workload })));
}

function accept<T>(problems: readonly Problem[], what: string, result: () => T): T {
  if (problems.length > 0) throw new FlotillaError('INVALID_RESOURCE', `${what} is not valid`, { problems });
  return result();
}

function checkWorkload(document: WorkloadDocument, at: Place): void {
  const { type = 'sidecar', address, moreAddresses, interception = 'NONE', bind, ports, httpProxyPort } = document;
  const intercepted = interception === 'REDIRECT';
  if (isIP(address) === 0) at.at('address').refuse('is not an IP address', { found: address, allowed: 'as 127.20.0.2' });
  each(moreAddresses, at.at('moreAddresses'), (found, place) => {
    if (isIP(found) === 0) place.refuse('is not an IP address', { found });
  });
  if (moreAddresses !== undefined && moreAddresses.length > 0 && !intercepted) at.at('moreAddresses').refuse('is for workloads whose connections are intercepted');
  if (httpProxyPort !== undefined && intercepted) at.at('httpProxyPort').refuse('is for workloads whose connections are not intercepted');
  if (bind !== undefined && isIP(bind) === 0) at.at('bind').refuse('is not an IP address', { found: bind, allowed: 'as 127.0.0.1' });
  if (bind !== undefined && type === 'sidecar') at.at('bind').refuse('is for gateways only');
  if (httpProxyPort !== undefined && type === 'gateway') at.at('httpProxyPort').refuse('is for sidecars only');
  each(ports, at.at('ports'), ({ app }, place) => {
    if (app === undefined && type === 'sidecar' && !intercepted) place.at('app').refuse('is required', { allowed: 'where the application listens, as 127.0.0.1:8080' });
    if (app !== undefined && !isEndpoint(app)) place.at('app').refuse('is not an IP address with a port', { found: app, allowed: 'as 127.0.0.1:8080' });
  });
  refuseTwice(ports ?? [], at.at('ports'), (port) => port.name, 'name', 'is the name of another port');
}

function isEndpoint(text: string): boolean {
  const [, host = '', port = ''] = /^\[?([^\]]+)\]?:(\d{1,5})$/.exec(text) ?? [];
  return isIP(host) !== 0 && Number(port) >= 1 && Number(port) <= 65535;
}

/** Where intercepted connections arrive: one Envoy to a network namespace. */
const virtualInboundPort = 15_006;

/** A place where an Envoy listens. */
interface Listener {
  readonly address: string;
  readonly at: Place;
}

function listenersOf({ type = 'sidecar', address, interception, ports = [], httpProxyPort }: WorkloadDocument, at: Place): Listener[] {
  if (interception === 'REDIRECT') return [{ address: `*:${virtualInboundPort}`, at: at.at('interception') }];
  if (type === 'gateway') return [];
  const listeners = ports.map(({ number }, index) => ({ address: `${address}:${number}`, at: at.at('ports').at(index).at('number') }));
  return httpProxyPort === undefined ? listeners : [...listeners, { address: `${address}:${httpProxyPort}`, at: at.at('httpProxyPort') }];
}

function refuseDoubleListeners(listeners: readonly Listener[]): void {
  const seen = new Set<string>();
  for (const { address, at } of listeners) {
    if (seen.has(address)) at.refuse('is a place where something else listens already', { found: address });
    seen.add(address);
  }
}

function refuseTwice<T>(items: readonly T[], at: Place, keyOf: (item: T) => string, field: string, message: string): void {
  const seen = new Set<string>();
  for (const [index, item] of items.entries()) {
    const key = keyOf(item);
    if (seen.has(key)) at.at(index).at(field).refuse(message, { found: key });
    seen.add(key);
  }
}
