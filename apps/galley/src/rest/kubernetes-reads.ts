import type { AdminApp, AdminReply, AdminServer } from '@flotilla/admin';
import { bucketOfKind } from '@flotilla/bus';
import type { Clock } from '@flotilla/runtime';
import type { AnalysisResults } from '../analysis/analysis-results.ts';
import type { MeshState } from '../state/mesh-state.ts';
import type { Statuses } from '../status/statuses.ts';
import { address, keyOf, listOf, notFound, paths, presentAs, selection, type Path, type Query } from './addressing.ts';
import { pageOf } from './pages.ts';
import { tableOf, wantsTable, type RowObject } from './table.ts';
import { watchEvents } from './watch-events.ts';

export interface ReadContext {
  readonly state: MeshState;
  readonly statuses: Pick<Statuses, 'of'>;
  /** Who reads what has just been written is told what analysis says of it. */
  readonly analysis: Pick<AnalysisResults, 'caughtUp'>;
  readonly clock: Pick<Clock, 'now'>;
  readonly stream: AdminServer['stream'];
}

interface Route {
  Params: Path;
  Querystring: Query;
}

/** Adds what gives resources in the shape of Kubernetes' API: one, a list of them, or a watch; also as tables. */
export function addKubernetesReads(app: AdminApp, context: ReadContext): void {
  const said = (summary: string): { schema: { summary: string } } => ({ schema: { summary } });
  for (const url of [paths.all, paths.some]) {
    app.get<Route>(url, said('Lists the resources of a kind, or watches them with watch=true.'), ({ params, query, headers }, reply) => {
      const asTable = wantsTable(headers.accept);
      return query.watch === 'true' || query.watch === '1' ? watch(context, params, query, asTable, reply) : list(context, params, query, asTable);
    });
  }
  for (const url of [paths.one, paths.status]) {
    app.get<Route>(url, said('Gives one resource, with its status.'), async ({ params, query, headers }) => {
      const addressed = address(params);
      const wanted = keyOf(addressed);
      await context.analysis.caughtUp((key) => key === wanted);
      const found = context.state.get(wanted);
      if (found === undefined) throw notFound(addressed);
      const resource = presentAs(params, context.statuses.of(found));
      if (!wantsTable(headers.accept)) return resource;
      return tableOf(addressed.kind, [resource], { metadata: { resourceVersion: resource.metadata.resourceVersion }, ...rowsOf(context, query) });
    });
  }
}

async function list(context: ReadContext, path: Path, query: Query, asTable: boolean): Promise<object> {
  const { kind } = address(path);
  const { state, analysis } = context;
  await analysis.caughtUp((key) => key.startsWith(path.namespace === undefined ? `${kind.kind}/` : `${kind.kind}/${path.namespace}/`));
  const bucket = bucketOfKind(kind.kind);
  const all = state.list(kind.kind, path.namespace).filter(selection(path, query));
  const { items: found, metadata } = pageOf(all, query, { life: state.life(bucket), revision: state.revision(bucket) });
  const items = found.map((resource) => context.statuses.of(resource));
  if (!asTable) return listOf(path, kind, metadata, items);
  return tableOf(kind, items.map((resource) => presentAs(path, resource)), { metadata, ...rowsOf(context, query) });
}

function watch(context: ReadContext, path: Path, query: Query, asTable: boolean, reply: AdminReply): Promise<void> {
  const { kind } = address(path);
  const lines = watchEvents(context.state, {
    kind: kind.kind,
    selects: selection(path, query),
    resourceVersion: query.resourceVersion,
    sendInitialEvents: query.sendInitialEvents === 'true',
    present: (resource) => {
      const presented = presentAs(path, context.statuses.of(resource));
      return asTable ? tableOf(kind, [presented], { metadata: { resourceVersion: resource.metadata.resourceVersion }, ...rowsOf(context, query) }) : presented;
    },
  });
  const seconds = Number(query.timeoutSeconds ?? 0);
  return context.stream(reply, 'application/json', (signal) =>
    lines(seconds > 0 ? AbortSignal.any([signal, AbortSignal.timeout(seconds * 1000)]) : signal));
}

function rowsOf({ clock }: ReadContext, { includeObject }: Query): { rowObject: RowObject; now: number } {
  return { rowObject: includeObject === 'None' || includeObject === 'Object' ? includeObject : 'Metadata', now: clock.now() };
}
