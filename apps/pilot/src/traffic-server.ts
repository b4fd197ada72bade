import { FlotillaError } from '@flotilla/errors';
import type { Snapshot } from '@flotilla/mesh';
import type { ServedService } from '@flotilla/rpc';
import type { App } from '@flotilla/runtime';
import { createXdsServer, type XdsObserver, type XdsServer } from '@flotilla/xds';
import { admit } from './admission.ts';
import { proxyConfigs } from './proxy-configs.ts';
import type { MeshRevision, MeshStep } from './mesh-follower.ts';
import { Steps } from './steps.ts';
import { Traffic } from './traffic.ts';

export interface TrafficServerOptions {
  readonly app: Pick<App, 'clock' | 'logger' | 'onStop'>;
  readonly observer: XdsObserver;
  readonly trustDomain: string;
  /** There is a plaintext listener for tools, whose clients have no identity. */
  readonly anonymous: boolean;
}

/** The xDS server and what it serves, from the first complete state of the mesh on. */
export interface TrafficServer {
  readonly xds: XdsServer;
  readonly steps: Steps;
  /** What agents ask before they start Envoys; answered once the mesh has been read. */
  readonly proxyConfigs: ServedService;
  /** Undefined until the mesh has been read. */
  readonly traffic: Traffic | undefined;
  /** The mesh has been read up to `revision`; proxies that were waiting are served now. */
  readonly begin: (snapshot: Snapshot, revision: MeshRevision) => void;
  readonly advance: (step: MeshStep) => void;
  /** @throws FlotillaError NOT_READY until the mesh has been read */
  readonly served: () => Traffic;
  /** Has `listener` told, from now on, whenever the mesh advances, or a proxy comes, goes or answers. */
  readonly onActivity: (listener: () => void) => void;
}

/** Why there is nothing to serve or to ask about yet. */
export const meshNotRead = 'the mesh has not been read from the bus yet';

/** Streams that open before {@link TrafficServer.begin} wait for it: half a mesh is never served. */
export function serveTraffic({ app, observer, trustDomain, anonymous }: TrafficServerOptions): TrafficServer {
  const steps = new Steps();
  const ready = Promise.withResolvers<Traffic>();
  let traffic: Traffic | undefined;
  let active = (): void => undefined;
  const xds = createXdsServer({
    clock: app.clock,
    logger: app.logger,
    observer: {
      ...observer,
      streams(open) {
        observer.streams?.(open);
        active();
      },
      answered(proxyId) {
        observer.answered?.(proxyId);
        active();
      },
    },
    authorize(node, peerSpiffeId) {
      if (peerSpiffeId !== undefined || !anonymous) admit(node, peerSpiffeId, trustDomain);
    },
    connect: async (proxy) => (await ready.promise).connect(proxy),
    disconnect: (proxy) => traffic?.disconnect(proxy),
  });
  app.onStop('traffic', () => traffic?.stop());
  return {
    xds,
    steps,
    proxyConfigs: proxyConfigs(async () => (await ready.promise).snapshot, trustDomain),
    get traffic() {
      return traffic;
    },
    begin(snapshot, revision) {
      const step = steps.add(revision);
      traffic = new Traffic(snapshot, step, app);
      xds.advance(step);
      active();
      ready.resolve(traffic);
    },
    advance(step) {
      const number = steps.add(step.revision);
      traffic?.advance(step, number);
      xds.advance(number);
      active();
    },
    served() {
      if (traffic === undefined) throw new FlotillaError('NOT_READY', meshNotRead);
      return traffic;
    },
    onActivity(listener) {
      active = listener;
    },
  };
}
