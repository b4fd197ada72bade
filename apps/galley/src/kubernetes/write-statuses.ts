import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { Leadership, type KubernetesApi } from '@flotilla/kubernetes-api';
import type { App } from '@flotilla/runtime';
import type { MeshState } from '../state/mesh-state.ts';
import type { Statuses } from '../status/statuses.ts';
import type { KubernetesSource } from './kubernetes-source.ts';
import { StatusWriter } from './status-writer.ts';

export interface StatusWriting {
  readonly api: KubernetesApi;
  readonly source: KubernetesSource;
  readonly state: MeshState;
  readonly statuses: Statuses;
}

/** Has one of all Galleys of a cluster write statuses onto the cluster's resources, until `app` stops. */
export function writeStatuses({ api, source, state, statuses }: StatusWriting, { clock, logger, onStop }: Pick<App, 'clock' | 'logger' | 'onStop'>): void {
  const writer = new StatusWriter({
    api,
    clock,
    logger,
    leads: () => leadership.leads,
    resource: (key) => state.get(key),
    status: (resource) => statuses.own(resource),
    written: (key) => source.statusOf(key),
  });
  const leadership = new Leadership({
    api,
    namespace: api.namespace,
    name: 'flotilla-galley-status',
    identity: `${hostname()}_${randomUUID()}`,
    clock,
    logger,
    onLead: () => writer.look(source.keys()),
  });
  const forget = statuses.onChange((key) => {
    if (source.has(key)) writer.look([key]);
  });
  onStop('status writer', async () => {
    forget();
    await writer.stop();
    await leadership.stop();
  });
}
