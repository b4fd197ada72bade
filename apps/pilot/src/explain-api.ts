import { Type, type AdminApp } from '@flotilla/admin';
import { FlotillaError } from '@flotilla/errors';
import { configOfProxy, explainRequests, readEnvoyConfig, readProxy, type EnvoyConfig, type Explanation } from '@flotilla/explain';
import type { ProxyDescription } from '@flotilla/translate';
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
export function addExplainApi(app: AdminApp, server: Pick<TrafficServer, 'xds' | 'served'>): void {
  app.post('/v1/explain', { schema: { summary: 'Where requests land at a proxy, and why', body: Body } }, (request): { items: Explanation[] } => {
    const traffic = server.served();
    const { proxy: wanted, requests } = request.body;
    const { proxy, config } = typeof wanted === 'string' ? connected(server, traffic, wanted) : described(traffic, wanted);
    return { items: explainRequests(traffic.snapshot, proxy, config, requests, 'requests') };
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

function described({ snapshot }: Traffic, document: unknown): Asked {
  const proxy = readProxy(document);
  return { proxy, config: readEnvoyConfig(configOfProxy(snapshot, proxy)) };
}
