import { describe, expect, it } from 'vitest';
import { ingressResources, type IngressOptions } from './ingress.ts';
import { inventory } from './inventory.ts';
import { readObject } from './object.ts';

type Fields = Readonly<Record<string, unknown>>;
const options: IngressOptions = { ingressControllerMode: 'STRICT', ingressClass: 'istio', ingressSelector: { istio: 'ingressgateway' }, ingressNamespace: 'istio-system' };
const read = (kind: string, name: string, spec: Fields, metadata: Fields = {}) => readObject({ apiVersion: 'networking.k8s.io/v1', kind, metadata: { name, namespace: 'shop', ...metadata }, spec }, 'default')!;
const backend = (name: string, port: Fields = { number: 80 }) => ({ service: { name, port } });
const path = (value: string, name: string, pathType = 'Prefix') => ({ path: value, pathType, backend: backend(name) });
const ingress = (name: string, spec: Fields, metadata: Fields = {}) => read('Ingress', name, { ingressClassName: 'istio', ...spec }, metadata);
const made = (over: Partial<IngressOptions>, ...objects: ReturnType<typeof read>[]) => ingressResources(inventory(objects), 'svc.cluster.local', { ...options, ...over });

describe('an Ingress', () => {
  it('becomes a gateway for all hosts in plain text, and for its own with TLS', () => {
    const [gateway] = made({}, ingress('web', { tls: [{ hosts: ['shop.com'], secretName: 'cert' }, { hosts: ['no.com'] }] }));
    expect(gateway?.spec).toEqual({
      selector: { istio: 'ingressgateway' },
      servers: [
        { port: { number: 443, protocol: 'HTTPS', name: 'https-443-ingress-web-shop-0' }, hosts: ['shop.com'], tls: { mode: 'SIMPLE', httpsRedirect: false, credentialName: 'cert' } },
        { port: { number: 80, protocol: 'HTTP', name: 'http-80-ingress-web-shop' }, hosts: ['*'] },
      ],
    });
  });

  it('shares its host with others: exact paths first, then the longer', () => {
    const rules = (...paths: Fields[]) => ({ rules: [{ host: 'shop.com', http: { paths } }] });
    const [, , virtualService] = made({}, ingress('a', rules(path('/a', 'a'), path('/', 'front'))), ingress('b', rules(path('/a/b', 'b', 'Exact'), path('/ab*', 'ab', 'ImplementationSpecific'))));
    expect(virtualService).toMatchObject({
      metadata: { name: 'Ingress:shop.com', namespace: 'istio-system' },
      spec: {
        hosts: ['shop.com'],
        gateways: ['istio-system/Ingress:shop.a', 'istio-system/Ingress:shop.b'],
        http: [
          { match: [{ uri: { exact: '/a/b' } }], route: [{ destination: { host: 'b.shop.svc.cluster.local', port: { number: 80 } } }] },
          { match: [{ uri: { prefix: '/ab' } }] },
          { match: [{ uri: { exact: '/a' } }, { uri: { prefix: '/a/' } }] },
          { match: [{ uri: { prefix: '/' } }] },
        ],
      },
    });
  });

  it('names the ports of services, and sends what is left to its default', () => {
    const service = read('Service', 'web', { ports: [{ name: 'http', port: 8080 }] });
    const [, virtualService] = made({}, service, ingress('web', { defaultBackend: backend('web', { name: 'http' }) }));
    expect(virtualService).toMatchObject({ spec: { hosts: ['*'], http: [{ route: [{ destination: { host: 'web.shop.svc.cluster.local', port: { number: 8080 } } }] }] } });
    expect(made({}, ingress('web', { defaultBackend: backend('web', { name: 'http' }) }))).toHaveLength(1);
  });

  it.each<[string, Partial<IngressOptions>, Fields, Fields, number]>([
    ['another class', {}, { ingressClassName: 'nginx' }, {}, 0],
    ['the class in the annotation', {}, { ingressClassName: undefined }, { annotations: { 'kubernetes.io/ingress.class': 'istio' } }, 1],
    ['no class, which counts where asked for', { ingressControllerMode: 'DEFAULT' }, { ingressClassName: undefined }, {}, 1],
    ['no class otherwise', {}, { ingressClassName: undefined }, {}, 0],
    ['a class of the same controller', {}, { ingressClassName: 'mine' }, {}, 1],
    ['nothing that counts', { ingressControllerMode: 'OFF' }, {}, {}, 0],
  ])('has %s', (_, over, spec, metadata, gateways) => {
    const mine = read('IngressClass', 'mine', { controller: 'istio.io/ingress-controller' });
    expect(made(over, mine, ingress('web', spec, metadata))).toHaveLength(gateways);
  });
});
