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
beforeEach(() => {
  clock = new FakeClock();
  analysis = new MeshAnalysis({ clock, logger, trustDomain: 'cluster.local', surroundings: () => ({ knows: new Set([anyWorkload]), objects: [] }) });
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
const entry = '{apiVersion: networking.istio.io/v1, kind: ServiceEntry, metadata: {name: reviews}, spec: {hosts: [reviews.shop.svc.cluster.local], ports: [{number: 80, name: http, protocol: HTTP}], location: MESH_INTERNAL, resolution: STATIC}}';
/** It has looked, and rests. */
const rested = (): Promise<void> => eventually(() => expect(clock.pending).toBe(1));
const codes = (name: string): string[] => analysis.messagesOf(`VirtualService/shop/${name}`).map(({ code }) => code);

it('says nothing before the stores have been read, and then what is wrong', async () => {
  tell(1, resources(route('one')));
  expect([...analysis.all()]).toEqual([]);
  analysis.start();
  await analysis.reached(1);
  expect(codes('one')).toEqual(['IST0101']);
  expect(changes).toEqual([['VirtualService/shop/one']]);
});

it('takes together what comes while it rests, and tells whom it concerns', async () => {
  tell(1, resources(route('one'), entry));
  analysis.start();
  await rested();
  expect([...analysis.all()]).toEqual([]);
  tell(2, resources(route('two')));
  tell(3, resources(route('three')));
  clock.advance(1);
  await analysis.reached(3);
  await rested();
  expect(codes('one')).toEqual(['IST0109']);
  expect(changes).toEqual([['VirtualService/shop/one', 'VirtualService/shop/three', 'VirtualService/shop/two']]);
  tell(4, [], ['VirtualService/shop/two', 'VirtualService/shop/three']);
  clock.advance(1_000);
  await analysis.reached(4);
  expect([...analysis.all()]).toEqual([]);
});

it('lets nobody wait once it is stopped', async () => {
  const waited = analysis.reached(7);
  await analysis.stop();
  await waited;
  expect(analysis.revision).toEqual({ config: 0, endpoints: 0 });
});
