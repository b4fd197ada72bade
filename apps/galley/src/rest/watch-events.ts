import { jsonLine } from '@flotilla/admin';
import { FlotillaError } from '@flotilla/errors';
import { bucketOfKind } from '@flotilla/bus';
import type { MeshResource } from '@flotilla/resources';
import type { StateEvent } from '../state/event-log.ts';
import type { MeshState } from '../state/mesh-state.ts';
import type { Selects } from './selectors.ts';

export interface WatchRequest {
  readonly kind: string;
  readonly selects: Selects;
  /** Go on after this revision; all there is comes first where it is absent or `0`. */
  readonly resourceVersion?: string | undefined;
  /** Mark the end of what comes first with a bookmark. */
  readonly sendInitialEvents?: boolean;
  /** How a resource is shown. */
  readonly present: (resource: MeshResource) => object;
}

/**
 * The lines of a Kubernetes watch, for as long as `signal` is not aborted. It ends early for a reader so slow that
 * events it has not read are gone; a client then lists again.
 * https://kubernetes.io/docs/reference/using-api/api-concepts/#efficient-detection-of-changes
 *
 * @throws FlotillaError EXPIRED, before the first line, where changes after the resource version are no longer known
 */
export function watchEvents(state: MeshState, request: WatchRequest): (signal: AbortSignal) => AsyncIterable<string> {
  const bucket = bucketOfKind(request.kind);
  const log = state.events(bucket);
  const { resourceVersion = '0', sendInitialEvents = false } = request;
  const replays = resourceVersion === '0' || resourceVersion === '' || sendInitialEvents;
  const known = replays || Number(resourceVersion) <= state.revision(bucket) ? log.after(Number(resourceVersion)) : undefined;
  const start = replays ? log.end : known;
  if (start === undefined) throw new FlotillaError('EXPIRED', `the changes after resource version ${resourceVersion} are no longer known: list again`);
  const first = replays ? state.list(request.kind).filter(request.selects) : [];
  const revision = String(state.revision(bucket));

  return async function* lines(signal) {
    for (const resource of first) yield jsonLine({ type: 'ADDED', object: request.present(resource) });
    if (sendInitialEvents) yield jsonLine({ type: 'BOOKMARK', object: bookmark(first[0], request, revision) });
    let position = start;
    while (!signal.aborted) {
      const events = log.read(position);
      if (events === undefined) return;
      position += events.length;
      for (const event of events) {
        const line = lineOf(event, request);
        if (line !== undefined) yield line;
      }
      if (events.length === 0) await log.next(signal);
    }
  };
}

/** What the reader is told of an event: a resource that leaves the selection is gone for them. */
function lineOf({ before, after, revision }: StateEvent, { kind, selects, present }: WatchRequest): string | undefined {
  if ((after ?? before)?.kind !== kind) return undefined;
  const was = before !== undefined && selects(before);
  if (after !== undefined && selects(after)) return jsonLine({ type: was ? 'MODIFIED' : 'ADDED', object: present(after) });
  if (!was) return undefined;
  const last = { ...before, metadata: { ...before.metadata, resourceVersion: String(revision) } } as MeshResource;
  return jsonLine({ type: 'DELETED', object: present(last) });
}

function bookmark(example: MeshResource | undefined, { kind }: WatchRequest, resourceVersion: string): object {
  return {
    ...(example === undefined ? {} : { apiVersion: example.apiVersion }),
    kind,
    metadata: { resourceVersion, annotations: { 'k8s.io/initial-events-end': 'true' } },
  };
}
