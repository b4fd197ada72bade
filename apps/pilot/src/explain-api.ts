import { Type, type AdminApp } from '@flotilla/admin';
import { FlotillaError } from '@flotilla/errors';
import { configOfProxy, explainRequests, readEnvoyConfig, readProxy, type EnvoyConfig, type Explanation } from '@flotilla/explain';
import type { Snapshot } from '@flotilla/mesh';
import { Slices, type Clock } from '@flotilla/runtime';
import type { EnvoyResource, ProxyDescription } from '@flotilla/translate';
import { resourceBytes } from '@flotilla/xds';
import { proxyMeant } from './proxy-meant.ts';
import { seenBy } from './seen-by.ts';
import type { Traffic } from './traffic.ts';
import type { TrafficServer } from './traffic-server.ts';

const Body = Type.Object({
  proxy: Type.Union([Type.String(), Type.Record(Type.String(), Type.Unknown())], { description: 'A connected proxy, or the description of one that need not exist' }),
  requests: Type.Array(Type.Unknown(), { description: 'Each { url, method, headers }, or { address, port, protocol, tls, sni, hostHeader, path, callMode }' }),
});

/** `POST /v1/explain`: where requests land at a proxy, and why. */
export function addExplainApi(app: AdminApp, server: Pick<TrafficServer, 'xds' | 'served'>, clock: Clock): void {
  app.post('/v1/explain', { schema: { summary: 'Where requests land at a proxy, and why', body: Body } }, async (request): Promise<{ items: Explanation[] }> => {
    const traffic = server.served();
    const { snapshot } = traffic;
    const { proxy: wanted, requests } = request.body;
    const { proxy, config } = typeof wanted === 'string' ? connected(server, traffic, wanted) : await described(snapshot, wanted, clock);
    return { items: explainRequests(snapshot, proxy, config, requests, 'requests') };
  });
}

interface Asked {
  readonly proxy: ProxyDescription;
  readonly config: EnvoyConfig;
}

function connected({ xds }: Pick<TrafficServer, 'xds'>, traffic: Traffic, wanted: string): Asked {
  const served = traffic.find(proxyMeant(xds, wanted).id);
  if (served === undefined) throw new FlotillaError('NOT_FOUND', `no proxy ${wanted} is connected`);
  return { proxy: served.description, config: readEnvoyConfig(seenBy(served.target).map(({ typeUrl, name, resource }) => ({ typeUrl, name, bytes: resourceBytes(resource) }))) };
}

/** All that a proxy would be given is translated for it, little by little. */
async function described(snapshot: Snapshot, document: unknown, clock: Clock): Promise<Asked> {
  const proxy = readProxy(document);
  const slices = new Slices(clock);
  const resources: EnvoyResource[] = [];
  for (const resource of configOfProxy(snapshot, proxy)) {
    resources.push(resource);
    if (slices.over) await slices.next();
  }
  return { proxy, config: readEnvoyConfig(resources) };
}
