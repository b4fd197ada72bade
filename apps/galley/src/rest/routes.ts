import type { AdminServer } from '@flotilla/admin';
import { FlotillaError } from '@flotilla/errors';
import type { Clock } from '@flotilla/runtime';
import type { MeshAnalysis } from '../analysis/mesh-analysis.ts';
import type { Surroundings } from '../analysis/surroundings.ts';
import type { FileProblem } from '../directory/file-problem.ts';
import type { MeshState } from '../state/mesh-state.ts';
import type { Statuses } from '../status/statuses.ts';
import type { Writer } from '../write/writer.ts';
import { addAnalysisRoutes } from './analysis-routes.ts';
import { addDiscovery } from './discovery.ts';
import { addFlotillaRoutes } from './flotilla-routes.ts';
import { addKubernetesReads } from './kubernetes-reads.ts';
import { addKubernetesWrites } from './kubernetes-writes.ts';
import { addOpenApi } from './open-api.ts';
import { addMeshConfigRoutes } from './mesh-config-routes.ts';

export interface Served {
  readonly state: MeshState;
  readonly writer: Writer;
  readonly analysis: MeshAnalysis;
  readonly surroundings: () => Surroundings;
  readonly statuses: Statuses;
  readonly clock: Clock;
  readonly version: string;
  /** What is wrong with the watched folder. */
  readonly problems: () => readonly FileProblem[];
}

/** Adds all of Galley's routes. None that looks at the state answers before it has been read, for it would show a part as the whole. */
export function addRoutes(server: AdminServer, { state, writer, analysis, surroundings, statuses, clock, version, problems }: Served): void {
  void server.app.register((routes, _options, done) => {
    // Bodies are YAML or JSON, told apart by the reader: as text, so that problems can name lines.
    routes.removeAllContentTypeParsers();
    routes.addContentTypeParser('*', { parseAs: 'string' }, (_request, body, parsed) => parsed(null, body));
    addDiscovery(routes, version);
    addOpenApi(routes, version);
    void routes.register((onState, _inner, added) => {
      onState.addHook('onRequest', (_request, _reply, next) => {
        const unread = state.unread();
        next(unread.length === 0 ? undefined : new FlotillaError('NOT_READY', `the store has not been read yet: ${unread.join(', ')}`));
      });
      addKubernetesWrites(onState, { state, writer, statuses });
      addKubernetesReads(onState, { state, statuses, analysis, clock, stream: (reply, contentType, chunks) => server.stream(reply, contentType, chunks) });
      addFlotillaRoutes(onState, { writer, problems });
      addAnalysisRoutes(onState, { analysis, surroundings });
      addMeshConfigRoutes(onState, { state, writer, statuses, analysis });
      added();
    });
    done();
  });
}
