import { Type, type AdminApp } from '@flotilla/admin';
import { FlotillaError } from '@flotilla/errors';
import { askEnvoy } from './envoy-admin.ts';
import type { Fleet } from './fleet.ts';
import { readWorkload } from './read-workloads.ts';
import { viewOf, workloadViewSchema } from './workload-view.ts';
import { workloadKey, type Workload } from './workload.ts';

const params = Type.Object({ namespace: Type.String(), name: Type.String() });
const path = '/v1/workloads/:namespace/:name';

/** What is shown of an Envoy's own admin interface; it changes nothing there. */
const envoyPages = ['config_dump', 'clusters', 'stats', 'certs', 'listeners', 'server_info'] as const;

/** The agent's own routes. */
export function addRoutes(app: AdminApp, fleet: Fleet): void {
  app.get(
    '/v1/workloads',
    { schema: { summary: 'All workloads, and how they are.', response: { 200: Type.Object({ items: Type.Array(workloadViewSchema) }) } } },
    () => ({ items: fleet.list().map(viewOf) }),
  );

  app.get(path, { schema: { summary: 'One workload, and how it is.', params, response: { 200: workloadViewSchema } } }, (request) =>
    viewOf(fleet.get(workloadKey(request.params))));

  app.put(
    path,
    { schema: { summary: 'Attaches a workload, or replaces the one of this name.', params, body: Type.Unknown(), response: { 202: Type.Object({ accepted: Type.String() }) } } },
    async (request, reply) => {
      const key = workloadKey(request.params);
      await fleet.attach(named(readWorkload(withNames(request.body, request.params)), key));
      return reply.code(202).send({ accepted: key });
    },
  );

  app.delete(
    path,
    { schema: { summary: 'Takes a workload out of the mesh and stops its Envoy; it is listed until it is gone.', params, response: { 202: Type.Object({ accepted: Type.String() }) } } },
    async (request, reply) => {
      const key = workloadKey(request.params);
      await fleet.detach(key);
      return reply.code(202).send({ accepted: key });
    },
  );

  app.post(
    `${path}/restart`,
    { schema: { summary: 'Lets the Envoy of a workload finish, and starts it again.', params, response: { 200: workloadViewSchema } } },
    async (request) => {
      const found = fleet.get(workloadKey(request.params));
      await found.attachment.restart();
      return viewOf(found);
    },
  );

  for (const page of envoyPages) {
    app.get(`${path}/${page}`, { schema: { summary: `What the Envoy of a workload shows as /${page}; parameters are passed on.`, params } }, async (request, reply) => {
      const { attachment } = fleet.get(workloadKey(request.params));
      const query = request.url.includes('?') ? request.url.slice(request.url.indexOf('?')) : '';
      const answer = await askEnvoy(attachment.adminSocket, `/${page}${query}`);
      return reply.code(answer.status).type(answer.contentType).send(answer.body);
    });
  }
}

/** The names are in the path; they need not be repeated in the body. */
function withNames(body: unknown, names: { readonly namespace: string; readonly name: string }): unknown {
  return typeof body === 'object' && body !== null && !Array.isArray(body) ? { ...names, ...body } : body;
}

function named(workload: Workload, key: string): Workload {
  if (workloadKey(workload) === key) return workload;
  throw new FlotillaError('MALFORMED_REQUEST', `The path names ${key}, the body ${workloadKey(workload)}`);
}
