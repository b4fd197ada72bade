import { Type, type AdminApp } from '@flotilla/admin';
import type { DenyList } from '@flotilla/resources';
import type { DenialCounts } from './policy/denial-counts.ts';
import type { ServiceGraph } from './telemetry/service-graph.ts';

const node = Type.Object({ workload: Type.String(), namespace: Type.String(), app: Type.String(), version: Type.String() });
const edge = Type.Object({
  source: node,
  destination: node,
  service: Type.String(),
  protocol: Type.String(),
  requests: Type.Integer({ description: 'Since Mixer started.' }),
  errors: Type.Integer({ description: 'Since Mixer started: answered 5xx, not at all, or with a gRPC status other than OK.' }),
  requestsPerSecond: Type.Number({ description: 'Over the last minute.' }),
  errorsPerSecond: Type.Number(),
  meanDurationMs: Type.Number(),
  lastSeen: Type.String(),
});
const denyList = Type.Object({
  name: Type.String(),
  namespace: Type.String(),
  revision: Type.String({ description: 'The revision in force.' }),
  selector: Type.Record(Type.String(), Type.String()),
  message: Type.String(),
  rules: Type.Array(Type.Object({ rule: Type.Unknown(), denied: Type.Integer({ description: 'Requests it refused since Mixer started.' }) })),
});

export interface AdminRoutesOptions {
  readonly denyLists: () => readonly DenyList[];
  readonly denials: DenialCounts;
  readonly graph: ServiceGraph;
}

/** Mixer's own routes: the deny lists in force, and who talks to whom. */
export function addRoutes(app: AdminApp, { denyLists, denials, graph }: AdminRoutesOptions): void {
  app.get('/v1/denylists', { schema: { summary: 'The deny lists in force, and what they refused.', response: { 200: Type.Object({ items: Type.Array(denyList) }) } } }, () => ({
    items: denyLists().map(({ metadata, spec }) => ({
      name: metadata.name,
      namespace: metadata.namespace,
      revision: metadata.resourceVersion ?? '',
      selector: spec.selector?.matchLabels ?? {},
      message: spec.message ?? '',
      rules: spec.rules.map((rule, index) => ({ rule, denied: denials.of(`${metadata.namespace}/${metadata.name}`, index) })),
    })),
  }));

  app.get('/v1/graph', { schema: { summary: 'Who talked to whom in the last hour, the busiest first.', response: { 200: Type.Object({ edges: Type.Array(edge) }) } } }, () => ({
    edges: graph.edges(),
  }));
}
