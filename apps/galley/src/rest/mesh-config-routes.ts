import { Type, type AdminApp } from '@flotilla/admin';
import { FlotillaError } from '@flotilla/errors';
import { meshConfigName, readMeshConfig, resourceKey } from '@flotilla/resources';
import type { AnalysisResults } from '../analysis/analysis-results.ts';
import type { MeshState } from '../state/mesh-state.ts';
import type { Statuses } from '../status/statuses.ts';
import type { Writer } from '../write/writer.ts';
import { Applied, DryRun } from './answers.ts';
import { authorOf } from './author.ts';
import { parseBody } from './document.ts';

const path = '/v1/mesh-config';
const key = resourceKey({ kind: 'MeshConfig', metadata: meshConfigName });

export interface MeshConfigRoutes {
  readonly state: MeshState;
  readonly writer: Writer;
  readonly statuses: Pick<Statuses, 'of'>;
  readonly analysis: Pick<AnalysisResults, 'caughtUp'>;
}

/** Adds what holds for the whole mesh as the one document it is. */
export function addMeshConfigRoutes(app: AdminApp, { state, writer, statuses, analysis }: MeshConfigRoutes): void {
  app.get(path, { schema: { summary: 'Gives what holds for the whole mesh, where anything was said about it.', response: { 200: Type.Unknown() } } }, async () => {
    await analysis.caughtUp((changed) => changed === key);
    const found = state.get(key);
    if (found === undefined) throw new FlotillaError('NOT_FOUND', 'there is no MeshConfig: the settings that Pilot was started with hold');
    return statuses.of(found);
  });

  app.put(path, {
    schema: { summary: 'Replaces what holds for the whole mesh: a MeshConfig (YAML or JSON), or its fields alone.', querystring: DryRun, response: { 200: Applied } },
  }, async (request) => {
    const read = readMeshConfig(parseBody(request.body));
    if ('problems' in read) throw new FlotillaError('INVALID_RESOURCE', 'the MeshConfig is not valid', { problems: read.problems });
    const { resource, warnings } = read;
    const { revision, results } = await writer.write({ author: authorOf(request), edits: () => [{ action: 'put', resource }], dryRun: request.query.dryRun === 'All' });
    return { revision: revision.config, revisions: revision, results: results.map(({ ref, change }) => ({ ref, change })), warnings };
  });
}
