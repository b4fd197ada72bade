import { setImmediate } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import { create } from '@bufbuild/protobuf';
import { NodeSchema } from '@flotilla/envoy-api/envoy/config/core/v3/base_pb.js';
import { advance, createSnapshot, defaultMeshConfig } from '@flotilla/mesh';
import { readYaml } from '@flotilla/resources';
import { createLogger, systemClock } from '@flotilla/runtime';
import { eventually, serviceName, serviceYaml } from '@flotilla/testing';
import { scopeOf, translateProxy, translateScope, typeUrls } from '@flotilla/translate';
import { encodeResources, type ConnectedProxy, type Target } from '@flotilla/xds';
import { expect, it } from 'vitest';
import { Traffic } from './traffic.ts';

const shape = { endpoints: 2, namespaces: 1 };

function read(yaml: string) {
  return readYaml(yaml, { file: 'test', defaultNamespace: 'default' }).resources;
}

/** A proxy that notes what its stream would be told. */
class NotedProxy implements ConnectedProxy {
  readonly node;
  readonly peer = '127.0.0.1:1';
  readonly peerSpiffeId = undefined;
  readonly protocol = 'delta';
  readonly outdatedAt: number[] = [];
  readonly targets: Target[] = [];

  constructor(workload = 'app') {
    this.node = create(NodeSchema, { id: `sidecar~10.1.0.1~${workload}.team-0~team-0.svc.cluster.local` });
  }

  outdated(revision: number): void {
    this.outdatedAt.push(revision);
  }

  retarget(target: Target): void {
    this.targets.push(target);
  }
}

it('shows what a proxy is to run when all of that is made', async () => {
  const { snapshot } = advance(createSnapshot(defaultMeshConfig), { upserts: read(serviceYaml(serviceName(0, shape), shape)), removals: [] });
  const traffic = new Traffic(snapshot, 1, { clock: systemClock, logger: createLogger('test', { level: 'silent' }) });
  const proxy = new NotedProxy();
  const { scope } = traffic.connect(proxy);
  expect(scope.isComplete(typeUrls.listener)).toBe(false);
  expect((await traffic.findWhole(proxy.node.id))?.target.scope).toBe(scope);
  expect(scope.isComplete(typeUrls.listener)).toBe(true);
  expect(await traffic.findWhole('nobody')).toBeUndefined();
  traffic.stop();
});

it('holds a proxy behind while all that it is given is made anew', async () => {
  const first = advance(createSnapshot(defaultMeshConfig), { upserts: read(serviceYaml(serviceName(0, shape), shape)), removals: [] }).snapshot;
  const traffic = new Traffic(first, 1, { clock: systemClock, logger: createLogger('test', { level: 'silent' }) });
  const proxy = new NotedProxy();
  const { scope } = traffic.connect(proxy);
  await eventually(() => expect(scope.isComplete(typeUrls.listener)).toBe(true));
  const { snapshot, delta } = advance(first, { upserts: read('{apiVersion: mesh.istio.io/v1alpha1, kind: MeshConfig, metadata: {name: default}, spec: {connectTimeout: 3s}}'), removals: [] });
  traffic.advance({ snapshot, delta, revision: { config: 2, endpoints: 2 } }, 2);
  expect(proxy.outdatedAt).toEqual([2]);
  expect(proxy.targets).toEqual([]);
  await eventually(() => expect(proxy.targets).toHaveLength(1));
  expect(proxy.targets[0]?.scope).toBe(scope);
  const description = traffic.find(proxy.node.id)?.description;
  const wanted = encodeResources([...translateScope(snapshot, scopeOf(snapshot, description!)).resources()]);
  expect(wanted.map(({ typeUrl, name }) => scope.get(typeUrl, name)?.version)).toEqual(wanted.map(({ version }) => version));
  traffic.stop();
});

it('makes what each proxy has of its own anew one by one, and makes up for what changes meanwhile', async () => {
  const service = 'apiVersion: networking.istio.io/v1, kind: ServiceEntry, metadata: {name: app, namespace: team-0}';
  const serving = (port: number) => read(`{${service}, spec: {hosts: [app.mesh], location: MESH_INTERNAL, resolution: STATIC, ports: [{number: ${port}, name: http, protocol: HTTP}], endpoints: [{address: 10.1.0.1}]}}`);
  const configured = (trust: string) => read(`{apiVersion: mesh.istio.io/v1alpha1, kind: MeshConfig, metadata: {name: default}, spec: {trustDomainAliases: [${trust}]}}`);
  const ownNames = ({ own }: Target): string[] => [...own.typeUrls].flatMap((typeUrl) => [...own.all(typeUrl).values()].map(({ name, version }) => `${name} ${version}`)).sort();
  let snapshot = advance(createSnapshot(defaultMeshConfig), { upserts: serving(80), removals: [] }).snapshot;
  // Passes so fast that every slice of work ends after one step.
  let now = 0;
  const traffic = new Traffic(snapshot, 1, { clock: { now: () => (now += 100), after: () => () => undefined }, logger: createLogger('test', { level: 'silent' }) });
  const proxies = ['one', 'two', 'three'].map((name) => new NotedProxy(name));
  const targets = proxies.map((proxy) => traffic.connect(proxy));
  await eventually(() => expect(targets.every(({ scope }) => scope.isComplete(typeUrls.listener))).toBe(true));
  const before = targets.map(ownNames);
  let revision = 1;
  const step = (upserts: ReturnType<typeof read>): void => {
    const next = advance(snapshot, { upserts, removals: [] });
    snapshot = next.snapshot;
    revision += 1;
    traffic.advance({ ...next, revision: { config: revision, endpoints: 1 } }, revision);
  };
  step(configured('old.example.com'));
  expect(targets.map(ownNames)).toEqual(before);
  expect(proxies.map(({ outdatedAt }) => outdatedAt)).toEqual([[2], [2], [2]]);
  step(serving(90));
  while (isDeepStrictEqual(ownNames(targets[0]!), before[0])) await setImmediate();
  expect(ownNames(targets[2]!)).toEqual(before[2]);
  step(configured('older.example.com'));
  await eventually(() => expect(proxies.map(({ targets: shown }) => shown.length)).toEqual([1, 1, 1]));
  for (const target of targets) {
    const description = traffic.find(proxies[targets.indexOf(target)]!.node.id)!.description;
    expect(ownNames(target)).toEqual(encodeResources(translateProxy(snapshot, description).resources).map(({ name, version }) => `${name} ${version}`).sort());
  }
  traffic.stop();
});
