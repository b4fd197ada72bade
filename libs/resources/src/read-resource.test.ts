import { describe, expect, it } from 'vitest';
import type { Problem } from '@flotilla/errors';
import { readResource } from './read-resource.ts';
import type { VirtualService } from './resource.ts';

const options = { defaultNamespace: 'shop' };
const reviews = (spec: unknown, more: object = {}) => ({
  apiVersion: 'networking.istio.io/v1',
  kind: 'VirtualService',
  metadata: { name: 'reviews' },
  spec,
  ...more,
});
const route = [{ destination: { host: 'reviews' } }];

function problemsOf(document: unknown): Problem[] {
  const read = readResource(document, options);
  return 'problems' in read ? read.problems : [];
}

function resourceOf(document: unknown): VirtualService {
  const read = readResource(document, options);
  if ('problems' in read) throw new Error(JSON.stringify(read.problems));
  return read.resource as VirtualService;
}

describe('readResource', () => {
  it.each(['v1', 'v1beta1', 'v1alpha3'])('takes %s and gives the newest version', (version) => {
    const document = reviews({ hosts: ['reviews'], http: [{ route }] }, { apiVersion: `networking.istio.io/${version}` });
    expect(resourceOf(document).apiVersion).toBe('networking.istio.io/v1');
  });

  it('fills in the namespace and leaves the spec as it was written', () => {
    const document = reviews({ hosts: ['reviews'], http: [{ route, timeout: '5s' }] });
    const before = structuredClone(document);
    const resource = resourceOf(document);
    expect(resource.metadata).toEqual({ name: 'reviews', namespace: 'shop' });
    expect(resource.spec).toEqual(before.spec);
    expect(document).toEqual(before);
  });

  it('takes a field without a value for one that is left out', () => {
    const resource = resourceOf(reviews({ hosts: ['reviews'], gateways: null, http: [{ match: null, route }] }));
    expect(resource.spec).toEqual({ hosts: ['reviews'], http: [{ route }] });
  });

  it('tells every mistake at once, of the schema and of the rules, each with its path', () => {
    const found = problemsOf(
      reviews({
        hosts: ['rev!ews'],
        hostz: [],
        http: [
          { match: [{ uri: { regex: '(' } }], redirect: {} },
          { match: [{ port: 80 }], route: [{}], retries: { attempts: 3, retryOn: 'often' } },
          { route: [{ destination: { host: 'reviews' }, weight: '50' }], timeout: 'soon' },
        ],
      }),
    );
    expect(found.map(({ path }) => path).sort()).toEqual([
      'spec.hosts[0]',
      'spec.hostz',
      'spec.http[0].match[0].uri.regex',
      'spec.http[0].redirect',
      'spec.http[1].retries.retryOn',
      'spec.http[1].route[0].destination',
      'spec.http[2].route[0].weight',
      'spec.http[2].timeout',
    ]);
  });

  it('says what an unknown field was likely meant to be', () => {
    const [problem] = problemsOf(reviews({ hosts: ['reviews'], http: [{ route, direct_response: { status: 200 } }] }));
    expect(problem).toEqual({ path: 'spec.http[0].direct_response', message: 'is not a known field; did you mean directResponse?' });
  });

  it('lists what an enumeration allows', () => {
    const [problem] = problemsOf({
      apiVersion: 'networking.istio.io/v1',
      kind: 'DestinationRule',
      metadata: { name: 'reviews' },
      spec: { host: 'reviews', trafficPolicy: { loadBalancer: { simple: 'ROUNDROBIN' } } },
    });
    expect(problem).toEqual({
      path: 'spec.trafficPolicy.loadBalancer.simple',
      message: 'is not one of the allowed values; did you mean ROUND_ROBIN?',
      found: 'ROUNDROBIN',
      allowed: 'UNSPECIFIED, LEAST_CONN, RANDOM, PASSTHROUGH, ROUND_ROBIN, LEAST_REQUEST',
    });
  });

  it('quotes keys that are no plain words in paths', () => {
    const [problem] = problemsOf(reviews({ hosts: ['reviews'], http: [{ route }] }, { metadata: { name: 'reviews', labels: { 'example.com/app': 1 } } }));
    expect(problem?.path).toBe('metadata.labels["example.com/app"]');
  });

  it.each([
    ['nothing', undefined],
    ['a list', []],
    ['a text', 'VirtualService'],
  ])('refuses %s', (_name, document) => expect(problemsOf(document)).toMatchObject([{ path: '', message: 'is not a resource' }]));

  it('refuses a kind it does not know, and names those it knows', () => {
    const [problem] = problemsOf({ apiVersion: 'v1', kind: 'VirtualServce' });
    expect(problem).toMatchObject({ path: 'kind', found: 'VirtualServce' });
    expect(problem?.message).toContain('did you mean VirtualService?');
    expect(problem?.allowed).toContain('DenyList');
  });

  it('refuses a version that the kind never had', () => {
    const [problem] = problemsOf(reviews({ hosts: ['reviews'], http: [{ route }] }, { apiVersion: 'networking.istio.io/v2' }));
    expect(problem).toMatchObject({ path: 'apiVersion', allowed: 'networking.istio.io/v1, networking.istio.io/v1beta1, networking.istio.io/v1alpha3' });
  });

  it('lets in what is only worth a warning, and says so', () => {
    const read = readResource(reviews({ hosts: ['reviews'], http: [{ route }, { route }] }), options);
    expect(read).toMatchObject({ warnings: [{ path: 'spec.http[1]', severity: 'warning' }] });
  });
});
