import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { kinds, type MeshResource } from '@flotilla/resources';
import { eventually } from '@flotilla/testing';
import { prepareGround, type Ground, type RunningGalley } from '../testing/running-galley.ts';

const base = '/apis/networking.istio.io/v1/namespaces/default/virtualservices';
const asTable = 'application/json;as=Table;v=v1;g=meta.k8s.io,application/json';

let ground: Ground;
let galley: RunningGalley;

interface Table {
  kind: string;
  metadata: { resourceVersion: string; continue?: string };
  columnDefinitions: { name: string }[];
  rows: { cells: unknown[]; object?: { kind: string; metadata: { name: string } } }[];
}

beforeAll(async () => {
  ground = await prepareGround();
  galley = await ground.start();
  await galley.ready();
  await apply('a', 'b', 'c');
});

afterAll(() => ground.clear());

async function apply(...names: string[]): Promise<void> {
  const documents = names.map((name) => ({
    apiVersion: 'networking.istio.io/v1', kind: 'VirtualService', metadata: { name, labels: { test: 'clients' } }, spec: { hosts: [name, `${name}.example.com`], http: [{ route: [{ destination: { host: name } }] }] },
  }));
  expect((await galley.call('POST', '/v1/apply', documents)).status).toBe(200);
}

async function table(path: string): Promise<Table> {
  return (await galley.call('GET', path, undefined, undefined, { accept: asTable })).body as Table;
}

async function names(query = ''): Promise<string[]> {
  return ((await galley.call('GET', `${base}?${query}`)).body as { items: MeshResource[] }).items.map(({ metadata }) => metadata.name);
}

describe('a client of Kubernetes', () => {
  it('gets tables of the columns that a kind has', async () => {
    const { kind, columnDefinitions, rows } = await table(base);
    expect(kind).toBe('Table');
    expect(columnDefinitions.map(({ name }) => name)).toEqual(['Name', 'Gateways', 'Hosts', 'Age']);
    expect(rows.map(({ cells, object }) => [cells, object?.kind, object?.metadata.name])).toEqual(
      ['a', 'b', 'c'].map((name) => [[name, null, JSON.stringify([name, `${name}.example.com`]), expect.stringMatching(/^\d+s$/)], 'PartialObjectMetadata', name]),
    );
    expect((await table(`${base}/a`)).rows.map(({ cells }) => cells[0])).toEqual(['a']);
    expect((await table(`${base}?includeObject=Object`)).rows[0]?.object?.kind).toBe('VirtualService');
    expect((await table(`${base}?includeObject=None`)).rows[0]).not.toHaveProperty('object');
  });

  it('gets tables from a watch', async () => {
    const ending = new AbortController();
    for await (const { type, object } of galley.watch(`${base}?watch=1`, ending.signal, { accept: asTable })) {
      expect([type, object['kind'], (object as unknown as Table).rows[0]?.cells[0]]).toEqual(['ADDED', 'Table', 'a']);
      break;
    }
    ending.abort();
  });

  it('gets a list in parts', async () => {
    const first = await table(`${base}?limit=2`);
    expect(first.rows.map(({ cells }) => cells[0])).toEqual(['a', 'b']);
    const second = (await galley.call('GET', `${base}?limit=2&continue=${first.metadata.continue}`)).body as { items: MeshResource[]; metadata: object };
    expect(second.items.map(({ metadata }) => metadata.name)).toEqual(['c']);
    expect(second.metadata).toEqual({ resourceVersion: first.metadata.resourceVersion });
  });

  it('changes a resource by a JSON patch', async () => {
    const patch = (operations: unknown): ReturnType<RunningGalley['call']> => galley.call('PATCH', `${base}/b`, operations, 'application/json-patch+json');
    const { status, body } = await patch([{ op: 'add', path: '/spec/hosts/-', value: 'more' }, { op: 'remove', path: '/metadata/labels/test' }]);
    expect([status, (body as MeshResource).spec, (body as MeshResource).metadata.labels]).toEqual([200, expect.objectContaining({ hosts: ['b', 'b.example.com', 'more'] }), undefined]);
    expect((await patch([{ op: 'replace', path: '/spec/hosts', value: 5 }])).status).toBe(422);
    expect((await patch([{ op: 'test', path: '/spec/hosts/0', value: 'other' }])).status).toBe(409);
    expect((await patch([{ op: 'replace', path: '/metadata/resourceVersion', value: '1' }])).status).toBe(409);
  });

  it('removes what a selector names, as one revision, and nothing else', async () => {
    await apply('x', 'y');
    const before = ((await galley.call('GET', '/v1/revision')).body as { config: number }).config;
    expect((await galley.call('DELETE', `${base}?labelSelector=test%3Dclients&dryRun=All`)).status).toBe(200);
    const { body } = await galley.call('DELETE', `${base}?labelSelector=test%3Dclients`);
    expect(body).toMatchObject({ kind: 'VirtualServiceList', items: ['a', 'c', 'x', 'y'].map((name) => ({ metadata: { name } })) });
    expect(await names()).toEqual(['b']);
    expect(((await galley.call('GET', '/v1/revision')).body as { config: number }).config).toBe(before + 4);
    const ending = new AbortController();
    const revisions = new Set<unknown>();
    const following = (async () => {
      for await (const { object } of galley.watch(`${base}?watch=1&resourceVersion=${before}`, ending.signal)) revisions.add((object as unknown as MeshResource).metadata.resourceVersion);
    })().catch(() => undefined);
    await eventually(() => expect(revisions.size).toBeGreaterThan(0));
    ending.abort();
    await following;
    expect([...revisions]).toEqual([String(before + 4)]);
  });

  it('finds every kind described', async () => {
    const { paths } = (await galley.call('GET', '/openapi/v3')).body as { paths: Record<string, { serverRelativeURL: string }> };
    for (const { group, versions, kind, plural } of kinds) {
      for (const version of versions) {
        const { body } = await galley.call('GET', paths[`apis/${group}/${version}`]?.serverRelativeURL ?? '');
        const described = body as { paths: Record<string, unknown>; components: { schemas: Record<string, { properties: object }> } };
        expect(described.paths).toHaveProperty([`/apis/${group}/${version}/namespaces/{namespace}/${plural}/{name}`]);
        const schema = Object.entries(described.components.schemas).find(([name]) => name.endsWith(`.${version}.${kind}`))?.[1];
        expect(schema?.properties).toHaveProperty('spec');
      }
    }
    expect((await galley.call('GET', '/openapi/v3/apis/nobody.example/v1')).status).toBe(404);
  });
});
