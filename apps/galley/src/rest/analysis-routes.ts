import { Type, type AdminApp } from '@flotilla/admin';
import { catalogue, describeOrigin, documentationUrl, levelOf, type Message } from '@flotilla/analysis';
import type { KubernetesObject } from '@flotilla/kubernetes';
import type { MeshAnalysis } from '../analysis/mesh-analysis.ts';
import type { Surroundings } from '../analysis/surroundings.ts';
import { Revision } from './answers.ts';

const MessageSchema = Type.Object({
  code: Type.String({ description: "Istio's, or our own where it has none." }),
  name: Type.String(),
  level: Type.String({ description: 'Error, Warning or Info.' }),
  origin: Type.String({ description: 'The resource: `VirtualService default/reviews`.' }),
  message: Type.String(),
  path: Type.Optional(Type.String({ description: 'The field.' })),
  analyzer: Type.String(),
  documentationUrl: Type.String(),
});

const Query = Type.Object({
  namespace: Type.Optional(Type.String({ description: 'Only of this namespace.' })),
  after: Type.Optional(Type.Integer({ description: 'Answer only once this revision of the configuration has been looked at, for ten seconds at most.' })),
  afterEndpoints: Type.Optional(Type.Integer({ description: 'The same of the endpoints.' })),
});

const SurroundingsSchema = Type.Object({
  knows: Type.Array(Type.String(), { description: 'The kinds of which all objects are known.' }),
  objects: Type.Array(Type.Unknown(), { description: 'As Kubernetes has them, without what no rule asks for.' }),
});

export interface AnalysisRoutes {
  readonly analysis: Pick<MeshAnalysis, 'all' | 'caughtUp' | 'reached' | 'revision'>;
  readonly surroundings: () => Surroundings;
}

/** Adds what analysis says of the mesh, and what it looks at beside the resources. */
export function addAnalysisRoutes(app: AdminApp, { analysis, surroundings }: AnalysisRoutes): void {
  app.get('/v1/analysis', {
    schema: { summary: 'What analysis says of the mesh as it is now.', querystring: Query, response: { 200: Type.Object({ revision: Revision, items: Type.Array(MessageSchema) }) } },
  }, async ({ query: { namespace, after: config, afterEndpoints: endpoints } }) => {
    await (config === undefined && endpoints === undefined ? analysis.caughtUp() : analysis.reached({ config, endpoints }));
    const messages = [...analysis.all()].filter(({ origin }) => namespace === undefined || origin.namespace === namespace);
    return { revision: analysis.revision, items: messages.map(shown) };
  });

  app.get('/v1/surroundings', { schema: { summary: 'What there is beside resources: the objects of a cluster that analysis looks at.', response: { 200: SurroundingsSchema } } }, () => {
    const { knows, objects } = surroundings();
    return { knows: [...knows], objects: Array.from(objects, documentOf) };
  });
}

function documentOf({ kind, metadata, body }: KubernetesObject) {
  return { ...body, kind, metadata };
}

function shown(message: Message) {
  const { code, origin, text, path, analyzer } = message;
  return { code, name: catalogue[code].name, level: levelOf(message), origin: describeOrigin(origin), message: text, ...(path === undefined ? {} : { path }), analyzer, documentationUrl: documentationUrl(code) };
}
