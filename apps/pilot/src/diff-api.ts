import { Type, type AdminApp } from '@flotilla/admin';
import { FlotillaError, problemWithin, type Problem } from '@flotilla/errors';
import { fieldChanges, type FieldChange } from '@flotilla/explain';
import { advanceInSteps, type Snapshot } from '@flotilla/mesh';
import { readResource, resourceKey, type MeshResource } from '@flotilla/resources';
import { Slices, type Clock } from '@flotilla/runtime';
import { renderResource } from '@flotilla/translate';
import type { JsonValue } from '@bufbuild/protobuf';
import { preview, type Preview, type PreviewedResource } from './preview.ts';
import type { TrafficServer } from './traffic-server.ts';

const Body = Type.Object({
  resources: Type.Optional(Type.Array(Type.Unknown(), { description: 'What would be applied' })),
  removals: Type.Optional(Type.Array(Type.String(), { description: 'What would be deleted: kind/namespace/name' })),
});

type Change = 'created' | 'updated' | 'deleted' | 'unchanged';

interface Difference {
  readonly change: Change;
  readonly fields: readonly FieldChange[];
}

interface ScopeDifference {
  readonly scope: string;
  readonly proxies: readonly string[];
  readonly resources: readonly ({ readonly typeUrl: string; readonly name: string } & Difference)[];
}

/** What an apply would change: resources, and the configuration of each kind of proxy that it touches. */
export interface Diff {
  readonly resources: readonly ({ readonly ref: string } & Difference)[];
  readonly scopes: readonly ScopeDifference[];
}

/** `POST /v1/diff`: what a change would do, before anybody makes it. */
export function addDiffApi(app: AdminApp, server: Pick<TrafficServer, 'served'>, clock: Clock): void {
  app.post('/v1/diff', { schema: { summary: 'What an apply would change, in resources and in what proxies run', body: Body } }, async (request): Promise<Diff> => {
    const traffic = server.served();
    const { resources = [], removals = [] } = request.body;
    const upserts = readAll(resources).map((resource) => aged(traffic.snapshot, resource, clock));
    // As both are now: the mesh goes on while it is worked out what would become of them.
    const { snapshot } = traffic;
    const connected = traffic.previewed();
    const slices = new Slices(clock);
    const next = await slices.take(advanceInSteps(snapshot, { upserts, removals }));
    return {
      resources: [...upserts.map(resourceKey), ...removals].map((ref) => ({ ref, ...difference(written(snapshot, ref), written(next.snapshot, ref)) })),
      scopes: await slices.take(shown(await slices.take(preview(connected, next)))),
    };
  });
}

/** Shows previews, with a stop after each of Envoy's resources. */
function* shown(previews: readonly Preview[]): Generator<unknown, ScopeDifference[]> {
  const scopes: ScopeDifference[] = [];
  for (const { scope, proxies, resources: touched } of previews) {
    const resources = [];
    for (const each of touched) {
      resources.push(described(each));
      yield;
    }
    scopes.push({ scope, proxies, resources });
  }
  return scopes;
}

function readAll(documents: readonly unknown[]): MeshResource[] {
  const problems: Problem[] = [];
  const resources = documents.flatMap((document, at) => {
    const read = readResource(document, { defaultNamespace: 'default' });
    if ('resource' in read) return [read.resource];
    problems.push(...read.problems.map((problem) => problemWithin(`resources[${at}]`, problem)));
    return [];
  });
  if (problems.length > 0) throw new FlotillaError('INVALID_RESOURCE', 'What would be applied is not valid:', { problems });
  return resources;
}

/** With the age that it has or would get: the older of two that claim one host has it. */
function aged(snapshot: Snapshot, resource: MeshResource, clock: Clock): MeshResource {
  const creationTimestamp = snapshot.resources.get(resourceKey(resource))?.metadata.creationTimestamp ?? new Date(clock.now()).toISOString();
  return { ...resource, metadata: { ...resource.metadata, creationTimestamp } };
}

/** What of a resource its user wrote. */
function written(snapshot: Snapshot, ref: string): JsonValue | undefined {
  const resource = snapshot.resources.get(ref);
  if (resource === undefined) return undefined;
  const { labels = {}, annotations = {} } = resource.metadata;
  return JSON.parse(JSON.stringify({ metadata: { labels, annotations }, spec: resource.spec })) as JsonValue;
}

function described({ typeUrl, name, before, after }: PreviewedResource) {
  const rendered = (bytes: Uint8Array | undefined): JsonValue | undefined => (bytes === undefined ? undefined : renderResource(typeUrl, bytes));
  return { typeUrl, name, ...difference(rendered(before), rendered(after)) };
}

function difference(before: JsonValue | undefined, after: JsonValue | undefined): Difference {
  const fields = before === undefined || after === undefined ? [] : fieldChanges(before, after);
  return { change: before === undefined ? (after === undefined ? 'unchanged' : 'created') : after === undefined ? 'deleted' : fields.length === 0 ? 'unchanged' : 'updated', fields };
}
