import { Type, type AdminApp } from '@flotilla/admin';
import { catalogue, describeOrigin, documentationUrl, levelOf, type Message } from '@flotilla/analysis';
import type { MeshAnalysis } from '../analysis/mesh-analysis.ts';
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

/** Adds what analysis says of the mesh. */
export function addAnalysisRoutes(app: AdminApp, { analysis }: { readonly analysis: Pick<MeshAnalysis, 'all' | 'caughtUp' | 'reached' | 'revision'> }): void {
  app.get('/v1/analysis', {
    schema: { summary: 'What analysis says of the mesh as it is now.', querystring: Query, response: { 200: Type.Object({ revision: Revision, items: Type.Array(MessageSchema) }) } },
  }, async ({ query: { namespace, after: config, afterEndpoints: endpoints } }) => {
    await (config === undefined && endpoints === undefined ? analysis.caughtUp() : analysis.reached({ config, endpoints }));
    const messages = [...analysis.all()].filter(({ origin }) => namespace === undefined || origin.namespace === namespace);
    return { revision: analysis.revision, items: messages.map(shown) };
  });
}

function shown(message: Message) {
  const { code, origin, text, path, analyzer } = message;
  return { code, name: catalogue[code].name, level: levelOf(message), origin: describeOrigin(origin), message: text, ...(path === undefined ? {} : { path }), analyzer, documentationUrl: documentationUrl(code) };
}
