import { anyWorkload } from '@flotilla/analysis';
import { readYaml, type MeshResource } from '@flotilla/resources';
import { createLogger } from '@flotilla/runtime';
import { eventually, FakeClock } from '@flotilla/testing';
import { beforeEach, expect, it } from 'vitest';
import { MeshAnalysis } from './mesh-analysis.ts';

const logger = createLogger('galley', { destination: { write: () => undefined } });

let clock: FakeClock;
let analysis: MeshAnalysis;
let changes: (readonly string[])[];
let looks: number;
let fails: boolean;
beforeEach(() => {
  clock = new FakeClock();
  looks = 0;
  fails = false;
  analysis = new MeshAnalysis({
    clock,
    logger,
    trustDomain: 'cluster.local',
    surroundings() {
      looks += 1;
      if (fails) throw new Error('it cannot be looked at');
      return { knows: new Set([anyWorkload]), objects: [] };
    },
  });
  changes = [];
  analysis.onChange((changed) => changes.push([...changed].sort()));
});

function resources(...documents: readonly string[]): MeshResource[] {
  return readYaml(documents.join('\n---\n'), { file: 'test', defaultNamespace: 'shop' }).resources;
}

function tell(revision: number, upserts: readonly MeshResource[], removals: readonly string[] = []): void {
  analysis.observe('config', { upserts: [...upserts], removals: [...removals], revision });
}

const route = (name: string): string => `{apiVersion: networking.istio.io/v1, kind: VirtualService, metadata: {name: ${name}}, spec: {hosts: [reviews], http: [{route: [{destination: {host: reviews}}]}]}}`;
const entry = (...addresses: readonly string[]): string =>
  `{apiVersion: networking.istio.io/v1, kind: ServiceEntry, metadata: {name: reviews}, spec: {hosts: [reviews.shop.svc.cluster.local], ports: [{number: 80, name: http, protocol: HTTP}], location: MESH_INTERNAL, resolution: STATIC, endpoints: [${addresses.map((address) => `{address: ${address}}`).join()}]}}`;
const codes = (name: string): string[] => analysis.messagesOf(`VirtualService/shop/${name}`).map(({ code }) => code);
/** It has looked at that revision. */
const looked = (config: number): Promise<void> => eventually(() => expect(analysis.revision.config).toBe(config));

/** It runs on some resources, which it has looked at. */
async function running(...documents: readonly string[]): Promise<void> {
  tell(1, resources(...documents));
  analysis.start();
  await looked(1);
}

it('says nothing before the stores have been read, and then at once what is wrong', async () => {
  tell(1, resources(route('one')));
  clock.advance(60_000);
  expect([...analysis.all()]).toEqual([]);
  analysis.start();
  await looked(1);
  expect(codes('one')).toEqual(['IST0101']);
  expect(changes).toEqual([['VirtualService/shop/one']]);
});

it('takes together what comes until there is a pause, and tells whom it concerns', async () => {
  await running(route('one'), entry());
  expect([...analysis.all()]).toEqual([]);
  tell(2, resources(route('two')));
  clock.advance(999);
  tell(3, resources(route('three')));
  clock.advance(999);
  expect(looks).toBe(1);
  clock.advance(1);
  await looked(3);
  expect(looks).toBe(2);
  expect(codes('one')).toEqual(['IST0109']);
  expect(changes).toEqual([['VirtualService/shop/one', 'VirtualService/shop/three', 'VirtualService/shop/two']]);
  tell(4, [], ['VirtualService/shop/two', 'VirtualService/shop/three']);
  clock.advance(1_000);
  await looked(4);
  expect([...analysis.all()]).toEqual([]);
});

it('looks in a storm that never pauses, too', async () => {
  await running(entry());
  for (let revision = 2; revision <= 22; revision += 1) {
    tell(revision, resources(route(`at-${revision}`)));
    clock.advance(500);
  }
  await looked(22);
  expect(looks).toBe(2);
});

it('is in no hurry when nothing but endpoints changes', async () => {
  await running(entry('10.0.0.1'));
  tell(2, resources(entry('10.0.0.2')));
  clock.advance(29_999);
  expect(looks).toBe(1);
  clock.advance(1);
  await looked(2);
  tell(3, resources(entry('10.0.0.3').replace('name: reviews', 'name: reviews, labels: {team: a}')));
  clock.advance(1_000);
  await looked(3);
});

it('looks soon when objects of a cluster change, and in no hurry for pods', async () => {
  await running(entry());
  analysis.observeObjects('Pod');
  clock.advance(29_000);
  expect(looks).toBe(1);
  analysis.observeObjects('Namespace');
  clock.advance(1_000);
  await analysis.caughtUp();
  expect(looks).toBe(2);
  analysis.observeObjects('Pod');
  const asked = analysis.caughtUp();
  clock.advance(0);
  await asked;
  expect(looks).toBe(3);
});

it('looks at once for somebody who asks, and answers without where it knows', async () => {
  await running(route('one'), route('two'));
  tell(2, resources(route('one').replaceAll('reviews', 'ratings')));
  await analysis.caughtUp((key) => key === 'VirtualService/shop/two');
  expect(looks).toBe(1);
  const asked = analysis.caughtUp((key) => key === 'VirtualService/shop/one');
  clock.advance(0);
  await asked;
  expect([looks, codes('one')]).toEqual([2, ['IST0101']]);
  tell(3, resources(entry('10.0.0.1')));
  const reached = analysis.reached({ config: 3 });
  clock.advance(0);
  await reached;
  expect(codes('two')).toEqual([]);
});

it('lets nobody wait for ever, nor once it is stopped', async () => {
  await running(entry());
  const patient = analysis.reached({ config: 7 });
  clock.advance(10_000);
  await patient;
  expect([looks, clock.pending]).toEqual([1, 0]);
  const waited = analysis.reached({ config: 7 });
  await analysis.stop();
  await waited;
  expect(analysis.revision).toEqual({ config: 1, endpoints: 0 });
});

it('keeps nobody waiting for a look that failed', async () => {
  await running(entry());
  fails = true;
  tell(2, resources(route('one')));
  const asked = analysis.caughtUp();
  clock.advance(0);
  await asked;
  await analysis.caughtUp();
  fails = false;
  tell(3, resources(route('two')));
  clock.advance(1_000);
  await looked(3);
  expect(codes('one')).toEqual(['IST0109']);
});
