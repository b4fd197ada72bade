import { AggregatedDiscoveryService } from '@flotilla/envoy-api/envoy/service/discovery/v3/ads_pb.js';
import type { Node } from '@flotilla/envoy-api/envoy/config/core/v3/base_pb.js';
import { FlotillaError } from '@flotilla/errors';
import { service, type Call, type ServedService } from '@flotilla/rpc';
import type { Cancel } from '@flotilla/runtime';
import { decodeDeltaRequest } from './decode-delta-request.ts';
import { NameLists } from './name-lists.ts';
import { NameTable } from './name-table.ts';
import type { Progress, ProxyStanding, ProxyStatus } from './proxy-status.ts';
import { Responses } from './response.ts';
import { Suspects } from './suspects.ts';
import { Turns } from './turns.ts';
import type { XdsServerOptions } from './xds-server-options.ts';
import { XdsSession, type ResponseSink, type SessionEnvironment } from './xds-session.ts';

/**
 * Serves the aggregated discovery service, state of the world and delta.
 *
 * ```ts
 * const scope = new ResourceSet(key, { resources: translateScope(snapshot, of).resources(), revision });
 * const xds = createXdsServer({
 *   clock, logger,
 *   authorize: (node, spiffeId) => { if (!proves(spiffeId, node.id)) throw new FlotillaError('FORBIDDEN', '...'); },
 *   connect: (proxy) => ({ scope, own: new ResourceSet(proxy.node.id, { resources: own, revision }) }),
 * });
 * await serveGrpc({ address, credentials, services: [xds.service], logger, clock });
 *
 * // A change: tell each set that it touches, then say that the revision is complete.
 * scope.apply({ upserts, removals, revision });
 * xds.advance(revision);
 * xds.progress(revision); // { acked: [...], nacked: [...], waiting: [...] }
 * ```
 */
export interface XdsServer {
  /** To be given to `serveGrpc`; one server may be served on several addresses. */
  readonly service: ServedService;
  /** Says that every set has been brought to `revision`: proxies that it does not concern are at it, too. */
  advance(revision: number): void;
  /** Every proxy connected, by node id. A proxy that reconnected before its old stream ended is in it once. */
  proxies(): readonly ProxyStatus[];
  proxy(id: string): ProxyStatus | undefined;
  /** The same proxies, with what statuses of the configuration depend on: cheap enough to be asked for after every change. */
  standings(): readonly ProxyStanding[];
  /** Which proxies have taken `revision` in. */
  progress(revision: number): Progress;
}

/** What a bidirectional stream of either protocol is to the server. */
interface AdsCall<Request> extends Call, ResponseSink {
  readonly requests: AsyncIterable<Request>;
  onDrain(listener: () => void): void;
}

/** How long what was sent is kept for the next stream when nothing is sent any more, in milliseconds. */
const keptIdleMs = 1_000;

/** Makes a server that serves what `options.connect` says; it opens no port itself. */
export function createXdsServer(options: XdsServerOptions): XdsServer {
  const { clock, logger, observer = {}, maxStreams = 10_000, maxResponseBytes = 512 * 1024, orderDeadlineMs = 10_000 } = options;
  const tables = new Map<string, NameTable>();
  const namesOf = (typeUrl: string): NameTable => {
    let table = tables.get(typeUrl);
    if (table === undefined) tables.set(typeUrl, (table = new NameTable()));
    return table;
  };
  const lists = new NameLists();
  const responses = new Responses();
  let forget: Cancel | undefined;
  const turns = new Turns(() => {
    forget?.();
    forget = clock.after(keptIdleMs, () => responses.clear());
  });
  const environment: SessionEnvironment = { clock, logger, observer, turns, namesOf, responses, suspects: new Suspects(), maxResponseBytes, orderDeadlineMs };
  /** In the order in which they connected. */
  const sessions = new Set<XdsSession>();
  let open = 0;
  let latest = 0;

  /** Authorizes the node of a first request and starts its session; undefined when the stream was over before. */
  const start = async (node: Node | undefined, call: AdsCall<unknown>, protocol: 'delta' | 'sotw'): Promise<XdsSession | undefined> => {
    if (open > maxStreams) throw new FlotillaError('TOO_MANY_STREAMS', `${maxStreams} streams are open, which is as many as are allowed`);
    if (node === undefined || node.id === '') throw new FlotillaError('MALFORMED_REQUEST', 'the first request of a stream has to carry a node with an id');
    await options.authorize(node, call.peerSpiffeId);
    // Envoy lists hundreds of extensions there, which would be held for as long as it is connected.
    node.extensions = [];
    const session = new XdsSession({ node, peer: call.peer, peerSpiffeId: call.peerSpiffeId, protocol }, call, environment);
    const target = await options.connect(session);
    if (call.over) {
      options.disconnect?.(session);
      return undefined;
    }
    session.start(target);
    sessions.add(session);
    call.onDrain(() => session.drained());
    return session;
  };

  const serve = async <Request extends { readonly node?: Node | undefined }>(call: AdsCall<Request>, protocol: 'delta' | 'sotw', receive: (session: XdsSession, request: Request) => void): Promise<void> => {
    open += 1;
    observer.streams?.(open);
    let session: XdsSession | undefined;
    try {
      for await (const request of call.requests) {
        const active = (session ??= await start(request.node, call, protocol));
        if (active === undefined) return;
        await turns.once(() => receive(active, request));
      }
    } finally {
      open -= 1;
      observer.streams?.(open);
      if (session !== undefined) {
        sessions.delete(session);
        session.close();
        options.disconnect?.(session);
      }
    }
  };

  /** One session for each node id: the newest. */
  const current = (): readonly XdsSession[] => [...new Map([...sessions].map((session) => [session.node.id, session])).values()];

  return {
    service: service(
      AggregatedDiscoveryService,
      {
        streamAggregatedResources: (call) => serve(call, 'sotw', (session, request) => session.receiveSotw(request)),
        deltaAggregatedResources: (call) => serve(call, 'delta', (session, request) => session.receiveDelta(request)),
      },
      { deltaAggregatedResources: (bytes) => decodeDeltaRequest(bytes, lists) },
    ),
    advance(revision) {
      latest = Math.max(latest, revision);
    },
    proxies: () => current().map((session) => session.status(latest)),
    proxy: (id) => current().find(({ node }) => node.id === id)?.status(latest),
    standings: () => current().map((session) => session.standing(latest)),
    progress(revision) {
      const acked: string[] = [];
      const nacked: string[] = [];
      const waiting: string[] = [];
      for (const session of current()) {
        const { id, answeredRevision, state } = session.status(latest);
        (answeredRevision < revision ? waiting : state === 'NACKED' ? nacked : acked).push(id);
      }
      return { revision, acked, nacked, waiting };
    },
  };
}
