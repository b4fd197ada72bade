import { isRecord, resolveHost, type Gateway, type VirtualService } from '@flotilla/resources';
import type { Inventory } from './inventory.ts';
import { records, strings, type KubernetesObject } from './object.ts';

/** How a mesh takes Ingresses; Istio's names. */
export interface IngressOptions {
  /** OFF: none; STRICT: those of `ingressClass`; DEFAULT: also those that name no class. */
  readonly ingressControllerMode: 'OFF' | 'STRICT' | 'DEFAULT';
  readonly ingressClass: string;
  /** The labels of the gateways that serve them. */
  readonly ingressSelector: Readonly<Record<string, string>>;
  /** Where the gateways, and the secrets for their certificates, are. */
  readonly ingressNamespace: string;
}

type Server = Gateway['spec']['servers'][number];
type HttpRoute = NonNullable<VirtualService['spec']['http']>[number];

const controller = 'istio.io/ingress-controller';

/** Ingresses as what Istio's users would write: a Gateway each, and one VirtualService a host that all of them share. */
export function ingressResources(objects: Inventory, domainSuffix: string, options: IngressOptions): (Gateway | VirtualService)[] {
  const served = objects.ofKind('Ingress').filter((ingress) => isServed(ingress, objects, options)).sort(byAge);
  const gateways = served.map((ingress) => gatewayOf(ingress, options));
  const hosts = Map.groupBy(
    served.flatMap((ingress) => rulesOf(ingress).map((rule) => ({ ingress, ...rule }))),
    ({ host }) => host,
  );
  const virtualServices = [...hosts].flatMap(([host, rules]): VirtualService[] => {
    const paths = rules.flatMap(({ ingress, paths: all }) => all.map((path) => ({ ...path, namespace: ingress.metadata.namespace })));
    const http = paths.sort((a, b) => precedence(b) - precedence(a)).flatMap((path) => routeOf(path, path.namespace, objects, domainSuffix) ?? []);
    return http.length === 0 ? [] : [{
      apiVersion: 'networking.istio.io/v1',
      kind: 'VirtualService',
      metadata: { name: `Ingress:${host}`, namespace: options.ingressNamespace, ...created(rules[0]?.ingress) },
      spec: { hosts: [host], gateways: [...new Set(rules.map(({ ingress }) => `${options.ingressNamespace}/${nameOf(ingress)}`))], http },
    }];
  });
  return [...gateways, ...virtualServices];
}

interface Path {
  readonly path: string;
  readonly pathType: string;
  readonly backend: Readonly<Record<string, unknown>>;
}

function isServed({ metadata, spec }: KubernetesObject, objects: Inventory, { ingressControllerMode: mode, ingressClass }: IngressOptions): boolean {
  if (mode === 'OFF') return false;
  const annotated = metadata.annotations['kubernetes.io/ingress.class'];
  if (annotated !== undefined) return annotated === ingressClass;
  const named = spec['ingressClassName'];
  if (typeof named === 'string') return named === ingressClass || objects.find('IngressClass', '', named)?.spec['controller'] === controller;
  return mode === 'DEFAULT';
}

function nameOf({ metadata }: KubernetesObject): string {
  return `Ingress:${metadata.namespace}.${metadata.name}`;
}

function created(ingress: KubernetesObject | undefined): { creationTimestamp?: string } {
  const creationTimestamp = ingress?.metadata.creationTimestamp;
  return creationTimestamp === undefined ? {} : { creationTimestamp };
}

function gatewayOf(ingress: KubernetesObject, { ingressNamespace, ingressSelector }: IngressOptions): Gateway {
  const { metadata, spec } = ingress;
  const secure = records(spec['tls']).flatMap(({ hosts, secretName }, at): Server[] => {
    if (typeof secretName !== 'string' || secretName === '') return [];
    const names = strings(hosts);
    return [{ port: { number: 443, protocol: 'HTTPS', name: `https-443-ingress-${metadata.name}-${metadata.namespace}-${at}` }, hosts: names.length === 0 ? ['*'] : names, tls: { mode: 'SIMPLE', httpsRedirect: false, credentialName: secretName } }];
  });
  return {
    apiVersion: 'networking.istio.io/v1',
    kind: 'Gateway',
    metadata: { name: nameOf(ingress), namespace: ingressNamespace, ...created(ingress) },
    spec: { selector: { ...ingressSelector }, servers: [...secure, { port: { number: 80, protocol: 'HTTP', name: `http-80-ingress-${metadata.name}-${metadata.namespace}` }, hosts: ['*'] }] },
  };
}

/** What an Ingress says of each host; its default backend is for what no other rule takes. */
function rulesOf({ spec }: KubernetesObject): { readonly host: string; readonly paths: readonly Path[] }[] {
  const rules = records(spec['rules']).map(({ host, http }) => ({
    host: typeof host === 'string' && host !== '' ? host : '*',
    paths: records(isRecord(http) ? http['paths'] : []).map(({ path, pathType, backend }) => ({
      path: typeof path === 'string' && path !== '' ? path : '/',
      pathType: typeof pathType === 'string' ? pathType : 'ImplementationSpecific',
      backend: isRecord(backend) ? backend : {},
    })),
  }));
  const fallback = spec['defaultBackend'];
  return isRecord(fallback) ? [...rules, { host: '*', paths: [{ path: '/', pathType: 'Prefix', backend: fallback }] }] : rules;
}

/** Exact paths come first, then longer ones. */
function precedence({ path, pathType }: Path): number {
  return path.length + (pathType === 'Exact' ? 1e6 : 0);
}

function routeOf({ path, pathType, backend }: Path, namespace: string, objects: Inventory, domainSuffix: string): HttpRoute | undefined {
  const service = isRecord(backend['service']) ? backend['service'] : undefined;
  if (typeof service?.['name'] !== 'string') return undefined;
  const port = portOf(service['name'], isRecord(service['port']) ? service['port'] : {}, namespace, objects);
  if (port === undefined) return undefined;
  return {
    match: matchesOf(path, pathType),
    route: [{ destination: { host: resolveHost(service['name'], namespace, domainSuffix), port: { number: port } } }],
  };
}

/** A `Prefix` ends at a slash: `/a` takes `/a/b`, not `/ab`. */
function matchesOf(path: string, pathType: string): NonNullable<HttpRoute['match']> {
  if (pathType === 'Exact') return [{ uri: { exact: path } }];
  const bare = path.replace(/\/+$/, '');
  if (pathType !== 'Prefix' || bare === '') return [{ uri: { prefix: path.replace(/\*$/, '') } }];
  return [{ uri: { exact: bare } }, { uri: { prefix: `${bare}/` } }];
}

function portOf(name: string, port: Readonly<Record<string, unknown>>, namespace: string, objects: Inventory): number | undefined {
  if (typeof port['number'] === 'number') return port['number'];
  const service = objects.find('Service', namespace, name);
  const found = records(service?.spec['ports']).find((one) => one['name'] === port['name'])?.['port'];
  return typeof found === 'number' ? found : undefined;
}

function byAge(a: KubernetesObject, b: KubernetesObject): number {
  const [first, second] = [a, b].map(({ metadata }) => `${metadata.creationTimestamp ?? ''} ${metadata.namespace}/${metadata.name}`) as [string, string];
  return first < second ? -1 : 1;
}
