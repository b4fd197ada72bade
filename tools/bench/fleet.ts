/**
 * The process of the simulated fleet; `measure.ts` starts it and talks to it. It shares the machine with what it
 * measures, but not the event loop.
 */
import type { FleetAnswer, FleetRequest } from './fleet-messages.ts';
import { ProxyClient } from './proxy-client.ts';
import { Trace } from './trace.ts';

type Asked<Do extends FleetRequest['do']> = Extract<FleetRequest, { do: Do }>;

/** As Envoys with the agent's bootstrap: up to this long, in milliseconds, until a stream is tried again. */
const retryWithinMs = 250;

let proxies: readonly ProxyClient[] = [];
let addresses: readonly string[] = [];
/** The place of each proxy's server among the addresses. */
let places: number[] = [];
let counted = { bytes: 0, messages: 0, reconnects: 0 };
let lastAt = 0;
let watched: { readonly mark: Buffer; readonly types: readonly string[] } | undefined;
let trace: Trace | undefined;
/** What proxies that are recorded were sent. */
let recorded: ReadonlyMap<number, Buffer[]> = new Map();
const silent = new Set<number>();
const unseen = new Set<number>();

const answer = (message: FleetAnswer): void => void process.send?.(message);

function received(index: number, typeUrl: string, bytes: Buffer): void {
  counted.bytes += bytes.length;
  counted.messages += 1;
  lastAt = Date.now();
  silent.delete(index);
  trace?.received(index, bytes, lastAt);
  recorded.get(index)?.push(bytes);
  if (watched === undefined || !unseen.has(index) || !watched.types.includes(typeUrl) || !bytes.includes(watched.mark)) return;
  unseen.delete(index);
  if (unseen.size === 0) answer({ is: 'seen', lastAt });
}

function report(is: 'settled' | 'report'): void {
  answer({ is, lastAt, ...counted });
  counted = { bytes: 0, messages: 0, reconnects: 0 };
}

function open(index: number): void {
  const address = addresses[(places[index] ?? 0) % addresses.length];
  if (address !== undefined) proxies[index]?.connect(address);
}

function lost(index: number, reason: string): void {
  if (addresses.length === 1) {
    answer({ is: 'failed', reason });
    return;
  }
  counted.reconnects += 1;
  places[index] = (places[index] ?? 0) + 1;
  setTimeout(() => open(index), Math.random() * retryWithinMs);
}

function connect(request: Asked<'connect'>): void {
  addresses = request.addresses;
  places = [...request.namespaces.keys()];
  if (request.record === true) recorded = new Map(Array.from(new Set(request.namespaces), (namespace) => [request.namespaces.indexOf(namespace), []]));
  proxies = request.namespaces.map(
    (namespace, index) =>
      new ProxyClient({
        index,
        namespace,
        remembers: request.remember === true,
        metadata: request.metadata ?? {},
        onMessage: (typeUrl, bytes) => received(index, typeUrl, bytes),
        onEnd: (reason) => lost(index, reason),
      }),
  );
  for (const index of proxies.keys()) {
    silent.add(index);
    open(index);
  }
  answer({ is: 'connecting' });
}

function settle({ quietMs }: Asked<'settle'>): void {
  const since = Date.now();
  const poll = setInterval(() => {
    if (silent.size > 0 || Date.now() - Math.max(lastAt, since) < quietMs) return;
    clearInterval(poll);
    report('settled');
  }, 20);
}

function reconnect({ proxies: chosen, fresh }: Asked<'reconnect'>): void {
  for (const index of chosen) {
    if (fresh) proxies[index]?.forget();
    open(index);
  }
}

function endTrace({ writes, steady }: Asked<'traced'>): void {
  const poll = setInterval(() => {
    const ended = trace;
    if (ended !== undefined && ended.behind(proxies.keys(), writes).length > 0) return;
    clearInterval(poll);
    trace = undefined;
    answer({ is: 'traced', staleness: ended?.staleness(steady, writes) ?? [], lastAt });
  }, 20);
}

function watch({ mark, types, proxies: receivers = [...proxies.keys()] }: Asked<'watch'>): void {
  watched = { mark: Buffer.from(mark), types };
  for (const index of receivers) unseen.add(index);
  answer({ is: 'watching' });
}

function startTrace(): void {
  trace = new Trace();
  answer({ is: 'tracing' });
}

function endRecording(): void {
  answer({ is: 'recorded', recording: new Map(Array.from(recorded, ([index, responses]) => [proxies[index]?.namespace ?? '', responses])) });
  recorded = new Map();
}

const handlers: { readonly [Do in FleetRequest['do']]: (request: Asked<Do>) => void } = {
  connect,
  settle,
  watch,
  reconnect,
  recorded: endRecording,
  report: () => report('report'),
  pause: (request) => request.proxies.forEach((index) => proxies[index]?.pause()),
  resume: (request) => request.proxies.forEach((index) => proxies[index]?.resume()),
  tell: ({ proxy }) => answer({ is: 'told', held: proxies[proxy]?.held() ?? new Map<string, Map<string, string>>() }),
  trace: startTrace,
  traced: endTrace,
};

process.on('message', (request: FleetRequest) => (handlers[request.do] as (request: FleetRequest) => void)(request));
process.on('disconnect', () => process.exit(0));
