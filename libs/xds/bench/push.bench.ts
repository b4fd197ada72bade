import { afterAll, test } from 'vitest';
import { encodeResources, ResourceSet, resourceTypes, type XdsResource } from '../src/index.ts';
import { NameTable } from '../src/name-table.ts';
import { Responses } from '../src/response.ts';
import { Suspects } from '../src/suspects.ts';
import { XdsStream } from '../src/xds-stream.ts';

const clusters = 3_000;
const streams = 100;

/** About what a mesh of a thousand services gives a proxy: 3,000 clusters of 2 KB and their endpoints. */
function resources(typeUrl: string, size: number, mark = ''): XdsResource[] {
  return Array.from({ length: clusters }, (_, n) => ({ typeUrl, name: `outbound|80|v${n % 3}|service-${n}.default.svc.cluster.local`, bytes: Buffer.alloc(size, `${mark}${n}`) }));
}

const responses = new Responses();
const suspects = new Suspects();
const tables = new Map<string, NameTable>();
const namesOf = (typeUrl: string): NameTable => {
  let table = tables.get(typeUrl);
  if (table === undefined) tables.set(typeUrl, (table = new NameTable()));
  return table;
};

function connect(scope: ResourceSet): XdsStream {
  const own = new ResourceSet('own');
  const stream = new XdsStream({ protocol: 'delta', target: { scope, own }, namesOf, responses, suspects, maxResponseBytes: 128 * 1024, orderDeadlineMs: 2_000, events: { ready: () => undefined, answered: () => undefined, overdue: () => undefined } });
  request(stream, resourceTypes.cluster);
  drain(stream);
  request(stream, resourceTypes.endpoint, '', [...scope.all(resourceTypes.endpoint).keys()]);
  drain(stream);
  return stream;
}

function request(stream: XdsStream, typeUrl: string, responseNonce = '', resourceNamesSubscribe: readonly string[] = []): void {
  stream.requestDelta({ typeUrl, responseNonce, resourceNamesSubscribe, resourceNamesUnsubscribe: [], initialResourceVersions: {} }, 0);
}

/** Takes and answers all responses. @returns their bytes */
function drain(stream: XdsStream): number {
  let bytes = 0;
  for (let response = stream.next(0); response !== undefined; response = stream.next(0)) {
    bytes += response.bytes.byteLength;
    request(stream, response.typeUrl, response.nonce);
  }
  return bytes;
}

const scope = new ResourceSet('scope', { resources: [...resources(resourceTypes.cluster, 2_000), ...resources(resourceTypes.endpoint, 400)], revision: 1 });
const fleet = Array.from({ length: streams }, () => connect(scope));
let revision = 1;

afterAll(() => {
  for (const stream of fleet) stream.close();
});

function change(typeUrl: string): void {
  revision += 1;
  const name = 'outbound|80|v0|service-0.default.svc.cluster.local';
  scope.apply({ upserts: [{ typeUrl, name, bytes: Buffer.alloc(400, String(revision)) }], removals: [], revision });
  for (const stream of fleet) drain(stream);
}

test('encode one cluster of 2 KB', async ({ bench }) => {
  await bench('encode', () => void encodeResources([{ typeUrl: resourceTypes.cluster, name: 'a', bytes: Buffer.alloc(2_000) }])).run();
});

test('one proxy takes 3,000 clusters and their endpoints, 7 MB', async ({ bench }) => {
  await bench('connect', () => connect(scope).close()).run();
});

test('a change for 100 proxies', async ({ bench }) => {
  await bench.compare(
    bench('one endpoint', () => change(resourceTypes.endpoint)),
    bench('one cluster, and its endpoints after it', () => change(resourceTypes.cluster)),
  );
});

test('an update that says every assignment of the scope, and changes none', async ({ bench }) => {
  scope.apply({ upserts: resources(resourceTypes.endpoint, 400), removals: [], revision });
  for (const stream of fleet) drain(stream);
  await bench('no change', () => scope.apply({ upserts: resources(resourceTypes.endpoint, 400), removals: [], revision })).run();
});
