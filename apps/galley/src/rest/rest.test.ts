import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { MeshResource } from '@flotilla/resources';
import { eventually } from '@flotilla/testing';
import { prepareGround, type Ground, type RunningGalley } from '../testing/running-galley.ts';

const base = '/apis/networking.istio.io/v1/namespaces/default/virtualservices';

let ground: Ground;
let galley: RunningGalley;

beforeAll(async () => {
  ground = await prepareGround();
  galley = await ground.start();
  await galley.ready();
});

afterAll(() => ground.clear());

function virtualService(name: string, { weight = 100, labels }: { weight?: number; labels?: Record<string, string> } = {}): object {
  return {
    apiVersion: 'networking.istio.io/v1beta1',
    kind: 'VirtualService',
    metadata: { name, ...(labels === undefined ? {} : { labels }) },
    spec: { hosts: [name], http: [{ route: [{ destination: { host: name }, weight }] }] },
  };
}

async function create(name: string, options?: Parameters<typeof virtualService>[1]): Promise<MeshResource> {
  const { status, body } = await galley.call('POST', base, virtualService(name, options));
  expect([status, body]).toEqual([201, expect.anything()]);
  return body as MeshResource;
}

async function revision(): Promise<unknown> {
  return (await galley.call('GET', '/v1/revision')).body;
}

describe('the Kubernetes API', () => {
  it('creates, reads, replaces and removes, with metadata as Kubernetes keeps it', async () => {
    const created = await create('life');
    expect(created.apiVersion).toBe('networking.istio.io/v1');
    expect(created.metadata).toEqual({
      name: 'life', namespace: 'default', generation: 1,
      uid: expect.stringMatching(/^[0-9a-f-]{36}$/) as string,
      resourceVersion: expect.stringMatching(/^\d+$/) as string,
      creationTimestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/) as string,
    });
    // A write is answered before anybody has looked at what it leads to.
    const validationMessages = [expect.objectContaining({ type: { name: 'ReferencedResourceNotFound', code: 'IST0101' } })];
    expect((await galley.call('GET', `${base}/life`)).body).toEqual({ ...created, status: { ...created.status, validationMessages } });

    const replaced = await galley.call('PUT', `${base}/life`, { ...created, spec: { ...created.spec, hosts: ['other'] } });
    const { metadata } = replaced.body as MeshResource;
    expect(replaced.status).toBe(200);
    expect(metadata).toMatchObject({ uid: created.metadata.uid, generation: 2, creationTimestamp: created.metadata.creationTimestamp });
    expect(Number(metadata.resourceVersion)).toBeGreaterThan(Number(created.metadata.resourceVersion));

    const labelled = (await galley.call('PATCH', `${base}/life`, { metadata: { labels: { a: 'b' } } }, 'application/merge-patch+json')).body as MeshResource;
    expect(labelled.metadata).toMatchObject({ generation: 2, labels: { a: 'b' } });
    expect(labelled.spec).toMatchObject({ hosts: ['other'] });

    expect(await galley.call('DELETE', `${base}/life`)).toMatchObject({ status: 200, body: { kind: 'Status', status: 'Success' } });
    expect((await galley.call('GET', `${base}/life`)).body).toMatchObject({ kind: 'Status', reason: 'NotFound', code: 404 });
    expect((await galley.call('DELETE', `${base}/life`)).status).toBe(404);
  });

  it('makes no revision of a write that changes nothing, nor of a dry run', async () => {
    const created = await create('same');
    const before = await revision();
    const again = await galley.call('PUT', `${base}/same`, created);
    expect((again.body as MeshResource).metadata.resourceVersion).toBe(created.metadata.resourceVersion);
    expect((await galley.call('PUT', `${base}/same?dryRun=All`, virtualService('same', { weight: 50 }))).status).toBe(200);
    expect((await galley.call('POST', `${base}?dryRun=All`, virtualService('unborn'))).status).toBe(201);
    expect((await galley.call('DELETE', `${base}/same?dryRun=All`)).status).toBe(200);
    expect(await revision()).toEqual(before);
    expect((await galley.call('GET', `${base}/unborn`)).status).toBe(404);
  });

  it('refuses what was changed in between, exists already or does not exist', async () => {
    const created = await create('contended');
    expect((await galley.call('PUT', `${base}/contended`, virtualService('contended', { weight: 10 }))).status).toBe(200);
    const late = await galley.call('PUT', `${base}/contended`, created);
    expect(late).toMatchObject({ status: 409, body: { reason: 'Conflict' } });
    expect(await galley.call('POST', base, virtualService('contended'))).toMatchObject({ status: 409, body: { reason: 'AlreadyExists' } });
    expect((await galley.call('PUT', `${base}/nobody`, virtualService('nobody'))).status).toBe(404);
    expect((await galley.call('DELETE', `${base}/contended`, { preconditions: { uid: 'other' } })).status).toBe(409);
  });

  it('says all that is wrong with a resource, one cause a problem', async () => {
    const bad = { kind: 'VirtualService', metadata: { name: 'bad' }, spec: { hosts: 5, http: [{ rout: [], timeout: 'soon' }] } };
    const { status, body } = await galley.call('POST', base, bad);
    expect(status).toBe(422);
    const { reason, details } = body as { reason: string; details: { causes: { field: string }[] } };
    expect(reason).toBe('Invalid');
    expect(details.causes.map(({ field }) => field)).toEqual(expect.arrayContaining(['spec.hosts', 'spec.http[0].rout', 'spec.http[0].timeout']));
    expect((await galley.call('POST', base, '{')).status).toBe(400);
    expect((await galley.call('POST', base, { ...virtualService('x'), kind: 'Gateway' })).status).toBe(400);
    expect((await galley.call('PUT', `${base}/y`, virtualService('x'))).status).toBe(400);
    expect((await galley.call('PATCH', `${base}/x`, {}, 'application/strategic-merge-patch+json')).status).toBe(415);
  });

  it('takes server-side apply for new and for existing resources', async () => {
    const yaml = 'spec:\n  hosts: [applied]\n  http:\n  - route:\n    - destination: {host: applied}\n';
    expect((await galley.call('PATCH', `${base}/applied`, yaml, 'application/apply-patch+yaml')).status).toBe(200);
    const changed = await galley.call('PATCH', `${base}/applied`, 'spec: {hosts: [applied, more]}', 'application/apply-patch+yaml');
    expect((changed.body as MeshResource).spec).toMatchObject({ hosts: ['applied', 'more'], http: [{}] });
  });

  it('lists by namespace, label and field, with the revision of the list', async () => {
    await create('one', { labels: { tier: 'a' } });
    await create('two', { labels: { tier: 'b' } });
    const names = async (query: string, path = base): Promise<string[]> =>
      ((await galley.call('GET', `${path}?${query}`)).body as { items: MeshResource[] }).items.map(({ metadata }) => metadata.name);
    expect(await names('labelSelector=tier')).toEqual(['one', 'two']);
    expect(await names('labelSelector=tier%20in%20(b,c)')).toEqual(['two']);
    expect(await names('fieldSelector=metadata.name%3Done')).toEqual(['one']);
    expect(await names('labelSelector=tier', '/apis/networking.istio.io/v1/virtualservices')).toEqual(['one', 'two']);
    expect(await names('', '/apis/networking.istio.io/v1/namespaces/elsewhere/virtualservices')).toEqual([]);
    const list = (await galley.call('GET', base)).body as { kind: string; metadata: { resourceVersion: string } };
    expect(list).toMatchObject({ kind: 'VirtualServiceList', metadata: { resourceVersion: String(((await revision()) as { config: number }).config) } });
    expect((await galley.call('GET', `${base}?labelSelector=a%20b`)).status).toBe(400);
  });

  it('streams what is there and what changes', async () => {
    await create('watched', { labels: { watch: 'me' } });
    const events: string[] = [];
    const ending = new AbortController();
    const following = (async () => {
      for await (const { type, object } of galley.watch(`${base}?watch=true&labelSelector=watch%3Dme`, ending.signal)) events.push(`${type} ${(object as unknown as MeshResource).metadata.name}`);
    })().catch(() => undefined);
    await eventually(() => expect(events).toEqual(['ADDED watched']));

    await galley.call('PUT', `${base}/watched`, virtualService('watched', { weight: 20, labels: { watch: 'me' } }));
    await galley.call('PUT', `${base}/watched`, virtualService('watched', { weight: 20 }));
    await create('later', { labels: { watch: 'me' } });
    await galley.call('DELETE', `${base}/later`);
    await eventually(() => expect(events).toEqual(['ADDED watched', 'MODIFIED watched', 'DELETED watched', 'ADDED later', 'DELETED later']));
    ending.abort();
    await following;
  });

  it('goes on from a resource version, and refuses one whose changes are not known', async () => {
    const { metadata } = await create('resumed');
    await galley.call('DELETE', `${base}/resumed`);
    const ending = new AbortController();
    for await (const { type, object } of galley.watch(`${base}?watch=1&resourceVersion=${metadata.resourceVersion}`, ending.signal)) {
      expect([type, (object as unknown as MeshResource).metadata.name]).toEqual(['DELETED', 'resumed']);
      break;
    }
    expect(await galley.call('GET', `${base}?watch=1&resourceVersion=999999`)).toMatchObject({ status: 410, body: { reason: 'Expired' } });
  });

  it('can be discovered', async () => {
    expect((await galley.call('GET', '/apis')).body).toMatchObject({ kind: 'APIGroupList' });
    expect((await galley.call('GET', '/apis/networking.istio.io')).body).toMatchObject({ preferredVersion: { version: 'v1' } });
    const { resources } = (await galley.call('GET', '/apis/networking.istio.io/v1')).body as { resources: { name: string }[] };
    expect(resources.map(({ name }) => name)).toContain('virtualservices');
    expect((await galley.call('GET', '/api')).status).toBe(200);
    expect((await galley.call('GET', '/version')).status).toBe(200);
    expect((await galley.call('GET', '/apis/nobody.example/v1')).status).toBe(404);
  });

  it('demands the token', async () => {
    expect((await fetch(new URL(base, galley.url))).status).toBe(401);
  });

  it('keeps workload entries apart, with a revision of their own', async () => {
    const before = (await revision()) as { config: number; endpoints: number };
    const entries = '/apis/networking.istio.io/v1/namespaces/default/workloadentries';
    const { status } = await galley.call('POST', entries, { kind: 'WorkloadEntry', metadata: { name: 'vm' }, spec: { address: '10.0.0.1' } });
    expect(status).toBe(201);
    const after = (await revision()) as typeof before;
    expect([after.config, after.endpoints]).toEqual([before.config, before.endpoints + 1]);
  });

  it('writes an audit line with who, what, when and the revision', async () => {
    await create('audited');
    expect(galley.log.find(({ audit, changes }) => audit === true && JSON.stringify(changes).includes('audited'))).toMatchObject({
      who: expect.stringMatching(/^api 127/) as string,
      changes: ['created VirtualService/default/audited'],
      time: expect.any(String) as string,
      revision: { config: expect.any(Number) as number },
    });
  });
});

describe('/v1', () => {
  const document = (name: string): string => `${JSON.stringify(virtualService(name))}\n---\n`;

  it('applies many documents as one revision', async () => {
    const { status, body } = await galley.call('POST', '/v1/apply', document('many-a') + document('many-b'), 'application/yaml');
    expect(status).toBe(200);
    expect(body).toMatchObject({ results: [{ ref: 'VirtualService/default/many-a', change: 'created' }, { ref: 'VirtualService/default/many-b', change: 'created' }] });
    const again = await galley.call('POST', '/v1/apply', [virtualService('many-a'), virtualService('many-b', { weight: 3 })]);
    expect(again.body).toMatchObject({ results: [{ change: 'unchanged' }, { change: 'configured' }] });
    expect((again.body as { revision: number }).revision).toBe((body as { revision: number }).revision + 1);
  });

  it('applies nothing where anything is wrong, and says everything that is', async () => {
    const before = await revision();
    const bad = (name: string): string => `kind: VirtualService\nmetadata: {name: ${name}}\nspec: {hosts: 5}\n---\n`;
    const { status, body } = await galley.call('POST', '/v1/apply', document('half') + bad('bad-a') + bad('bad-b'), 'application/yaml');
    expect(status).toBe(422);
    const paths = (body as { problems: { path: string }[] }).problems.map(({ path }) => path);
    expect(paths).toEqual(expect.arrayContaining(['VirtualService/default/bad-a spec.hosts', 'VirtualService/default/bad-b spec.hosts']));
    expect(await revision()).toEqual(before);
  });

  it('validates without changing', async () => {
    expect((await galley.call('POST', '/v1/validate', document('valid'), 'application/yaml')).body).toMatchObject({ valid: true, resources: ['VirtualService/default/valid'] });
    expect((await galley.call('POST', '/v1/validate', '{"kind":"Nothing"}')).status).toBe(422);
    expect((await galley.call('GET', `${base}/valid`)).status).toBe(404);
  });
});
