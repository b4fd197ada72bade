import type { AdminApp, AdminRequest } from '@flotilla/admin';
import { FlotillaError } from '@flotilla/errors';
import type { MeshResource } from '@flotilla/resources';
import type { Edit, Precondition } from '../write/edit.ts';
import type { Outcome, Writer } from '../write/writer.ts';
import { address, keyOf, listOf, notFound, paths, presentAs, selection, type Path, type Query } from './addressing.ts';
import { authorOf } from './author.ts';
import { parseBody, readDocument } from './document.ts';
import { isRecord } from './merge-patch.ts';
import { patchForm } from './patches.ts';
import type { MeshState } from '../state/mesh-state.ts';
import type { Statuses } from '../status/statuses.ts';

export interface WriteContext {
  readonly state: MeshState;
  readonly writer: Writer;
  readonly statuses: Pick<Statuses, 'of'>;
}

interface Route {
  Params: Path;
  Querystring: Query;
}

type WriteRequest = AdminRequest<Route>;

/** Adds what changes resources in the shape of Kubernetes' API. */
export function addKubernetesWrites(app: AdminApp, context: WriteContext): void {
  const said = (summary: string): { schema: { summary: string } } => ({ schema: { summary } });
  app.post<Route>(paths.some, said('Creates a resource.'), async (request, reply) => {
    const resource = readDocument(parseBody(request.body), address(request.params));
    void reply.code(201);
    return writeOne(context, request, () => [{ action: 'put', only: 'create', resource }]);
  });
  app.put<Route>(paths.one, said('Replaces a resource.'), (request) => {
    const resource = readDocument(parseBody(request.body), address(request.params));
    const edit: Edit = { action: 'put', only: 'update', resource, expect: expectationOf(resource.metadata) };
    return writeOne(context, request, () => [edit]);
  });
  app.patch<Route>(paths.one, said('Changes fields of a resource: a merge patch, a JSON patch, or server-side apply.'), (request) => patch(context, request));
  for (const method of ['PUT', 'PATCH'] as const) {
    app.route<Route>({ method, url: paths.status, schema: { hide: true }, handler({ params }) {
      throw new FlotillaError('METHOD_NOT_ALLOWED', `the status of ${keyOf(address(params))} is what the control plane says of it: nobody else writes it`);
    } });
  }
  app.delete<Route>(paths.one, said('Removes a resource.'), async (request) => {
    const addressed = address(request.params);
    const options = typeof request.body === 'string' && request.body !== '' ? parseBody(request.body) : {};
    const expect = isRecord(options) && isRecord(options['preconditions']) ? expectationOf(options['preconditions']) : {};
    const removed = await writeOne(context, request, () => [{ action: 'remove', key: keyOf(addressed), expect }]);
    const { name = '', kind } = addressed;
    return { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', details: { name, group: kind.group, kind: kind.plural, uid: removed.metadata.uid } };
  });
  app.delete<Route>(paths.some, said('Removes those resources of a kind that the selectors name, as one revision.'), async (request) => {
    const addressed = address(request.params);
    const { params, query } = request;
    const selects = selection(params, query);
    const { results } = await write(context, request, () =>
      context.state.list(addressed.kind.kind, params.namespace).filter(selects).map((resource) => ({ action: 'remove', key: keyOf({ ...addressed, name: resource.metadata.name }) })));
    return listOf(params, addressed.kind, {}, results.map(({ resource }) => resource));
  });
}

function write({ writer }: WriteContext, request: WriteRequest, edits: Parameters<Writer['write']>[0]['edits']): Promise<Outcome> {
  return writer.write({ author: authorOf(request), edits, dryRun: request.query.dryRun === 'All' });
}

/** Writes one edit and gives the resource as it is then. */
async function writeOne(context: WriteContext, request: WriteRequest, edits: Parameters<Writer['write']>[0]['edits']): Promise<MeshResource> {
  const [result] = (await write(context, request, edits)).results;
  if (result === undefined) throw new FlotillaError('INTERNAL', 'a write had no result');
  return presentAs(request.params, context.statuses.of(result.resource));
}

function patch(context: WriteContext, request: WriteRequest): Promise<MeshResource> {
  const addressed = address(request.params);
  const { apply, creates } = patchForm(request.headers['content-type']);
  const body = parseBody(request.body);
  return writeOne(context, request, (state) => {
    const existing = state.get(keyOf(addressed));
    if (existing === undefined && !creates) throw notFound(addressed);
    // The version is part of what is patched: a patch that names another one is refused as any late write is.
    const resource = readDocument(apply(existing === undefined ? {} : withoutStatus(existing), body), addressed);
    return [{ action: 'put', resource, expect: expectationOf(resource.metadata) }];
  });
}

/** What a user may write of a resource. */
function withoutStatus({ apiVersion, kind, metadata, spec }: MeshResource): object {
  return { apiVersion, kind, metadata, spec };
}

function expectationOf(metadata: unknown): Precondition {
  const { resourceVersion, uid } = isRecord(metadata) ? metadata : {};
  return {
    ...(typeof resourceVersion === 'string' && resourceVersion !== '' ? { resourceVersion } : {}),
    ...(typeof uid === 'string' && uid !== '' ? { uid } : {}),
  };
}
