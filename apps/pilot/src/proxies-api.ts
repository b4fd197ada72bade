import { Type, type AdminApp } from '@flotilla/admin';
import { FlotillaError } from '@flotilla/errors';
import { renderResource } from '@flotilla/translate';
import type { ProxyStatus, Target } from '@flotilla/xds';
import type { MeshRevision } from './mesh-follower.ts';
import { proxyMeant, workloadOf } from './proxy-meant.ts';
import { seenBy } from './seen-by.ts';
import type { Steps } from './steps.ts';
import type { TrafficServer } from './traffic-server.ts';

const proxyParams = Type.Object({ id: Type.String({ description: 'A node id, or the workload name in it, alone or as name.namespace.' }) });

/**
 * `GET /v1/proxies`: every connected proxy and where it is with each type of resource; `/v1/proxies/{id}`: one of
 * them; `/v1/proxies/{id}/config`: what it is given; `/v1/revision`: how far Pilot has read, and how far that has come.
 */
export function addProxiesApi(app: AdminApp, { xds, steps, served }: Pick<TrafficServer, 'xds' | 'steps' | 'served'>): void {
  const revision = (): MeshRevision => steps.revisionAt(steps.current);
  const find = (id: string): ProxyStatus => proxyMeant(xds, id);

  app.get('/v1/proxies', { schema: { summary: 'Every connected proxy, and what it acknowledged or refused' } }, () => ({
    revision: revision(),
    items: xds.proxies().map((proxy) => describe(proxy, steps)),
  }));

  app.get('/v1/proxies/:id', { schema: { summary: 'One proxy, with the reason of everything it refused', params: proxyParams } }, (request) =>
    describe(find(request.params.id), steps),
  );

  app.get('/v1/proxies/:id/config', { schema: { summary: 'The resources that a proxy is given, as Envoy would show them', params: proxyParams } }, async (request) => {
    const { id } = find(request.params.id);
    const target = (await served().findWhole(id))?.target;
    if (target === undefined) throw new FlotillaError('NOT_FOUND', `no proxy ${id} is connected`);
    return { id, scope: target.scope.key, resources: configOf(target) };
  });

  app.get('/v1/revision', { schema: { summary: 'How far the stores have been read' } }, () => revision());

  app.get(
    '/v1/progress',
    {
      schema: {
        summary: 'Which proxies have taken in a revision of the stores',
        querystring: Type.Object({ config: Type.Optional(Type.Integer({ minimum: 0 })), endpoints: Type.Optional(Type.Integer({ minimum: 0 })) }),
      },
    },
    (request) => {
      const wanted = { ...revision(), ...request.query };
      const step = steps.reaching(wanted);
      // What Pilot has not read itself nobody can have.
      if (step === undefined) return { revision: wanted, acked: [], nacked: [], waiting: xds.proxies().map(({ id }) => id) };
      const { acked, nacked, waiting } = xds.progress(step);
      return { revision: wanted, acked, nacked, waiting };
    },
  );
}

/** A status in terms of the stores: Pilot's own count of steps means nothing to others. */
function describe(proxy: ProxyStatus, steps: Steps): Record<string, unknown> {
  return {
    ...proxy,
    workload: workloadOf(proxy.id),
    connectedAt: new Date(proxy.connectedAt).toISOString(),
    answeredRevision: steps.revisionAt(proxy.answeredRevision),
    types: proxy.types.map((type) => ({
      ...type,
      sentRevision: steps.revisionAt(type.sentRevision),
      ackedRevision: steps.revisionAt(type.ackedRevision),
      refusals: type.refusals.map((refusal) => ({ ...refusal, revision: steps.revisionAt(refusal.revision), since: steps.revisionAt(refusal.since), at: new Date(refusal.at).toISOString() })),
    })),
  };
}

function configOf(target: Target): unknown[] {
  return seenBy(target).map(({ typeUrl, name, resource }) => ({ typeUrl, name, version: resource.version, config: renderResource(typeUrl, resource.bytes) }));
}
