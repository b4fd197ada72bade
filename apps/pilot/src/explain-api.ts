import { Type, type AdminApp } from '@flotilla/admin';
import { FlotillaError } from '@flotilla/errors';
import { configOfProxy, explainRequests, readProxy, type Explanation } from '@flotilla/explain';
import { Slices, type Clock } from '@flotilla/runtime';
import type { EnvoyResource, ProxyDescription } from '@flotilla/translate';
import type { Target } from '@flotilla/xds';
import { proxyMeant } from './proxy-meant.ts';
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
    const { proxy, resources } = typeof wanted === 'string' ? await connected(server, traffic, wanted) : described(traffic, wanted);
    return { items: await new Slices(clock).take(explainRequests(snapshot, proxy, resources, requests, 'requests')) };
  });
}

interface Asked {
  readonly proxy: ProxyDescription;
  readonly resources: Iterable<readonly EnvoyResource[]>;
}

async function connected({ xds }: Pick<TrafficServer, 'xds'>, traffic: Traffic, wanted: string): Promise<Asked> {
  const served = await traffic.findWhole(proxyMeant(xds, wanted).id);
  if (served === undefined) throw new FlotillaError('NOT_FOUND', `no proxy ${wanted} is connected`);
  return { proxy: served.description, resources: givenTo(served.target) };
}

/** What a proxy is given at this moment, taken out of its frames one by one, as far as it is looked at. */
function givenTo({ scope, own }: Target): Iterable<readonly EnvoyResource[]> {
  const lists = [scope, own].flatMap((set) => [...set.typeUrls].map((typeUrl) => set.list(typeUrl)));
  return lists.values().flatMap((list) =>
    list.values().map((resource) => [
      {
        typeUrl: resource.typeUrl,
        name: resource.name,
        get bytes() {
          return resource.bytes;
        },
      },
    ]),
  );
}

/** All that a proxy would be given is translated for it, little by little. */
function described({ snapshot }: Traffic, document: unknown): Asked {
  const proxy = readProxy(document);
  return { proxy, resources: configOfProxy(snapshot, proxy) };
}
