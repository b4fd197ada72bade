import type { AdminApp, AdminReply, AdminRequest, AdminServer } from '@flotilla/admin';
import { bucketOfKind } from '@flotilla/bus';
import { FlotillaError } from '@flotilla/errors';
import { kindOfPlural, resourceKey, type Kind, type MeshResource } from '@flotilla/resources';
import type { MeshState } from '../state/mesh-state.ts';
import type { Edit, Precondition } from '../write/edit.ts';
import type { Writer } from '../write/writer.ts';
import { authorOf } from './author.ts';
import { parseBody, readDocument, type Addressed } from './document.ts';
import { isRecord, mergePatch } from './merge-patch.ts';
import { fieldSelector, labelSelector, type Selects } from './selectors.ts';
import { watchEvents } from './watch-events.ts';

interface Path {
  readonly group: string;
  readonly version: string;
  readonly plural: string;
  readonly namespace?: string;
  readonly name?: string;
}

type Query = Readonly<Partial<Record<'watch' | 'dryRun' | 'labelSelector' | 'fieldSelector' | 'resourceVersion' | 'sendInitialEvents' | 'timeoutSeconds', string>>>;

export interface RouteContext {
  readonly state: MeshState;
  readonly writer: Writer;
  readonly stream: AdminServer['stream'];
}

/** Adds the resources in the shape of Kubernetes' API, which its own tools speak. */
export function addKubernetesRoutes(app: AdminApp, context: RouteContext): void {
  const base = '/apis/:group/:version';
  const one = `${base}/namespaces/:namespace/:plural/:name`;
  const some = `${base}/namespaces/:namespace/:plural`;
  type Route = { Params: Path; Querystring: Query };
  const said = (summary: string): { schema: { summary: string } } => ({ schema: { summary } });

  for (const url of [`${base}/:plural`, some]) {
    app.get<Route>(url, said('Lists the resources of a kind, or watches them with watch=true.'), ({ params, query }, reply) =>
      query.watch === 'true' || query.watch === '1' ? watch(context, params, query, reply) : list(context, params, query));
  }
  app.get<Route>(one, said('Gives one resource.'), ({ params }) => {
    const addressed = address(params);
    const found = context.state.get(keyOf(addressed));
    if (found === undefined) throw notFound(addressed);
    return presentAs(params, found);
  });
  app.post<Route>(some, said('Creates a resource.'), async (request, reply) => {
    const resource = readDocument(parseBody(request.body), address(request.params));
    void reply.code(201);
    return write(context, request, () => [{ action: 'put', only: 'create', resource }]);
  });
  app.put<Route>(one, said('Replaces a resource.'), (request) => {
    const resource = readDocument(parseBody(request.body), address(request.params));
    const edit: Edit = { action: 'put', only: 'update', resource, expect: expectationOf(resource.metadata) };
    return write(context, request, () => [edit]);
  });
  app.patch<Route>(one, said('Changes fields of a resource: a merge patch, or server-side apply.'), (request) => patch(context, request));
  app.delete<Route>(one, said('Removes a resource.'), async (request) => {
    const addressed = address(request.params);
    const options = typeof request.body === 'string' && request.body !== '' ? parseBody(request.body) : {};
    const expect = isRecord(options) && isRecord(options['preconditions']) ? expectationOf(options['preconditions']) : {};
    const removed = await write(context, request, () => [{ action: 'remove', key: keyOf(addressed), expect }]);
    const { name = '', kind } = addressed;
    return { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', details: { name, group: kind.group, kind: kind.plural, uid: removed.metadata.uid } };
  });
}

type WriteRequest = AdminRequest<{ Params: Path; Querystring: Query }>;

/** Writes one edit and gives the resource as it is then. */
async function write({ writer }: RouteContext, request: WriteRequest, edits: Parameters<Writer['write']>[0]['edits']): Promise<MeshResource> {
  const { results } = await writer.write({ author: authorOf(request), edits, dryRun: request.query.dryRun === 'All' });
  const [result] = results;
  if (result === undefined) throw new FlotillaError('INTERNAL', 'a write had no result');
  return presentAs(request.params, result.resource);
}

function patch(context: RouteContext, request: WriteRequest): Promise<MeshResource> {
  const addressed = address(request.params);
  const type = (request.headers['content-type'] ?? '').split(';', 1)[0]?.trim() ?? '';
  const applies = type === 'application/apply-patch+yaml';
  if (!applies && type !== 'application/merge-patch+json') {
    throw new FlotillaError('UNSUPPORTED_MEDIA_TYPE', `a patch of type ${type} is not supported; application/merge-patch+json and application/apply-patch+yaml are`);
  }
  const body = parseBody(request.body);
  return write(context, request, (state) => {
    const existing = state.get(keyOf(addressed));
    if (existing === undefined && !applies) throw notFound(addressed);
    const resource = readDocument(mergePatch(existing === undefined ? {} : written(existing), body), addressed);
    return [{ action: 'put', resource, expect: isRecord(body) ? expectationOf(body['metadata']) : {} }];
  });
}

/** What a user wrote of a resource: without what Galley added. */
function written({ apiVersion, kind, metadata, spec }: MeshResource): object {
  const { name, namespace, labels, annotations } = metadata;
  return {
    apiVersion,
    kind,
    metadata: { name, namespace, ...(labels === undefined ? {} : { labels }), ...(annotations === undefined ? {} : { annotations }) },
    spec,
  };
}

function expectationOf(metadata: unknown): Precondition {
  const { resourceVersion, uid } = isRecord(metadata) ? metadata : {};
  return {
    ...(typeof resourceVersion === 'string' && resourceVersion !== '' ? { resourceVersion } : {}),
    ...(typeof uid === 'string' && uid !== '' ? { uid } : {}),
  };
}

function list({ state }: RouteContext, path: Path, query: Query): object {
  const { kind } = address(path);
  const items = state.list(kind.kind, path.namespace).filter(selection(path, query));
  return {
    apiVersion: `${path.group}/${path.version}`,
    kind: `${kind.kind}List`,
    metadata: { resourceVersion: String(state.revision(bucketOfKind(kind.kind))) },
    items: items.map((resource) => presentAs(path, resource)),
  };
}

function watch({ state, stream }: RouteContext, path: Path, query: Query, reply: AdminReply): Promise<void> {
  const { kind } = address(path);
  const lines = watchEvents(state, {
    kind: kind.kind,
    selects: selection(path, query),
    resourceVersion: query.resourceVersion,
    sendInitialEvents: query.sendInitialEvents === 'true',
    present: (resource) => presentAs(path, resource),
  });
  const seconds = Number(query.timeoutSeconds ?? 0);
  return stream(reply, 'application/json', (signal) =>
    lines(seconds > 0 ? AbortSignal.any([signal, AbortSignal.timeout(seconds * 1000)]) : signal));
}

function selection({ namespace }: Path, query: Query): Selects {
  const labels = labelSelector(query.labelSelector);
  const fields = fieldSelector(query.fieldSelector);
  return (resource) => (namespace === undefined || resource.metadata.namespace === namespace) && labels(resource) && fields(resource);
}

function address({ group, version, plural, namespace = 'default', name }: Path): Addressed & { readonly kind: Kind } {
  const kind = kindOfPlural(group, plural);
  if (kind?.versions.includes(version) !== true) throw new FlotillaError('NOT_FOUND', `there are no ${plural} in the API ${group}/${version}`);
  return { kind, namespace, name };
}

function keyOf({ kind, namespace, name = '' }: Addressed): string {
  return resourceKey({ kind: kind.kind, metadata: { namespace, name } });
}

function notFound({ kind, name = '' }: Addressed): FlotillaError {
  return new FlotillaError('NOT_FOUND', `${kind.plural}.${kind.group} "${name}" not found`);
}

/** A resource in the version that was asked for; all versions of a kind have the same fields. */
function presentAs({ group, version }: Path, resource: MeshResource): MeshResource {
  return { ...resource, apiVersion: `${group}/${version}` };
}
