import { Type, type AdminApp } from '@flotilla/admin';
import { FlotillaError, type Problem } from '@flotilla/errors';
import { readYaml, resourceKey, type YamlFailure, type YamlResult } from '@flotilla/resources';
import type { FileProblem } from '../directory/file-problem.ts';
import type { Writer } from '../write/writer.ts';
import { Applied, DryRun, ProblemSchema, Revision } from './answers.ts';
import { authorOf } from './author.ts';

const defaultNamespace = 'default';

const Valid = Type.Object({ valid: Type.Literal(true), resources: Type.Array(Type.String()), warnings: Type.Array(ProblemSchema) });
const FileProblemSchema = Type.Object({
  file: Type.String(),
  line: Type.Integer(),
  ref: Type.Optional(Type.String()),
  path: Type.String(),
  reason: Type.String(),
  severity: Type.String(),
});

export interface FlotillaRoutes {
  readonly writer: Writer;
  /** What is wrong with the watched folder. */
  readonly problems: () => readonly FileProblem[];
}

/** Adds Galley's own routes, under `/v1`. */
export function addFlotillaRoutes(app: AdminApp, { writer, problems }: FlotillaRoutes): void {
  app.post('/v1/apply', {
    schema: { summary: 'Applies all documents of a body (YAML, JSON, a List) as one revision, or none of them.', querystring: DryRun, response: { 200: Applied } },
  }, async (request) => {
    const { resources, warnings } = readAll(request.body);
    const dryRun = request.query.dryRun === 'All';
    const { revision, results } = await writer.write({
      author: authorOf(request),
      edits: () => resources.map((resource) => ({ action: 'put', resource })),
      dryRun,
    });
    const onlyEntries = resources.every(({ kind }) => kind === 'WorkloadEntry');
    return {
      revision: revision[onlyEntries ? 'endpoints' : 'config'],
      revisions: revision,
      results: results.map(({ ref, change }) => ({ ref, change })),
      warnings: warningsOf(warnings),
    };
  });

  app.post('/v1/validate', { schema: { summary: 'Checks all documents of a body and changes nothing.', response: { 200: Valid } } }, (request) => {
    const { resources, warnings } = readAll(request.body);
    return { valid: true as const, resources: resources.map(resourceKey), warnings: warningsOf(warnings) };
  });

  app.get('/v1/revision', { schema: { summary: 'Where the stores are.', response: { 200: Revision } } }, () => writer.revision);

  app.get('/v1/problems', { schema: { summary: 'What is wrong with the files of the watched folder.', response: { 200: Type.Object({ items: Type.Array(FileProblemSchema) }) } } }, () => ({ items: [...problems()] }));
}

/** All resources of a body; throws with every problem of every document. */
function readAll(body: unknown): YamlResult {
  const text = typeof body === 'string' ? body : '';
  const read = readYaml(/^\s*\[/.test(text) ? `{"kind":"List","items":${text}}` : text, { file: 'body', defaultNamespace });
  const { resources, failures } = read;
  if (failures.length > 0) {
    const [{ ref: only } = { ref: undefined }] = failures;
    const what = failures.length === 1 ? `${only ?? 'a document'} is not valid` : `${failures.length} of the documents are not valid`;
    throw new FlotillaError('INVALID_RESOURCE', what, { problems: failures.flatMap(problemsOf) });
  }
  if (resources.length === 0) throw new FlotillaError('MALFORMED_REQUEST', 'the body has no resources');
  return read;
}

/** A document's problems, each told apart from those of other documents. */
function problemsOf({ ref, document, problems }: YamlFailure): Problem[] {
  const place = ref ?? `document[${document}]`;
  return problems.map((problem) => ({ ...problem, path: problem.path === '' ? place : `${place} ${problem.path}` }));
}

function warningsOf(warnings: YamlResult['warnings']): Problem[] {
  return warnings.flatMap(({ ref, problems }) => problems.map((problem) => ({ ...problem, path: `${ref} ${problem.path}` })));
}
