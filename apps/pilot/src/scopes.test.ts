import { setImmediate } from 'node:timers/promises';
import { advance, createSnapshot, defaultMeshConfig } from '@flotilla/mesh';
import { readYaml, type MeshResource } from '@flotilla/resources';
import type { Clock } from '@flotilla/runtime';
import { serviceEntry, serviceName, serviceYaml, virtualService } from '@flotilla/testing';
import { scopeOf, translateScope, typeUrls, type EnvoyResource, type ProxyDescription } from '@flotilla/translate';
import { encodeResources, type ResourceSet } from '@flotilla/xds';
import { expect, it } from 'vitest';
import { Scopes } from './scopes.ts';

const shape = { endpoints: 2, namespaces: 2 };
const services = Array.from({ length: 30 }, (_, number) => serviceName(number, shape));
const proxy: ProxyDescription = { id: 'sidecar~10.1.0.1~app.team-0~x', type: 'sidecar', namespace: 'team-0', labels: {}, ipAddresses: ['10.1.0.1'], interception: 'REDIRECT', appEndpoints: {}, discoversVirtualHosts: true };

/** Passes so fast that every slice of work ends after one step. */
function hastyClock(): Clock {
  let now = 0;
  return { now: () => (now += 100), after: () => () => undefined };
}

function fail(_: string, error: unknown): void {
  throw error;
}

function read(yaml: string): MeshResource[] {
  return readYaml(yaml, { file: 'test', defaultNamespace: 'default' }).resources;
}

function mesh() {
  return advance(createSnapshot(defaultMeshConfig), { upserts: read(services.map((service) => serviceYaml(service, shape)).join('---\n')), removals: [] }).snapshot;
}

function held(set: ResourceSet): string[] {
  return [...set.typeUrls].flatMap((typeUrl) => [...set.all(typeUrl).values()].map(({ name, version }) => `${typeUrl} ${name} ${version}`)).sort();
}

function versions(resources: Iterable<EnvoyResource>): string[] {
  return encodeResources([...resources]).map(({ typeUrl, name, version }) => `${typeUrl} ${name} ${version}`).sort();
}

it('translates a scope while the mesh goes on, and gives it as the mesh is at the end', async () => {
  let snapshot = mesh();
  const scope = scopeOf(snapshot, proxy);
  const scopes = new Scopes(snapshot, 1, hastyClock(), fail);
  let entered = false;
  const resources = scopes.enter(scope);
  const whole = scopes.whole(scope.key).finally(() => (entered = true));
  for (let revision = 2; revision < 42; revision += 1) {
    await setImmediate();
    expect(entered).toBe(false);
    const service = serviceName(revision % services.length, shape);
    const removed = serviceName((revision * 7) % services.length, shape);
    const yaml = revision % 2 === 0 ? serviceEntry(service, shape, { firstAddress: `10.9.0.${revision}` }) : virtualService(service, { routeName: `at-${revision}` });
    const next = advance(snapshot, { upserts: read(yaml), removals: revision % 5 === 0 ? [`ServiceEntry/${removed.namespace}/${removed.name}`] : [] });
    snapshot = next.snapshot;
    scopes.advance({ snapshot, delta: next.delta, revision });
  }
  await whole;
  expect(held(resources)).toEqual(versions(translateScope(snapshot, scope).resources()));
  expect(resources.revision).toBe(41);
});

it('translates a scope once for all that wait for it, and one scope after the other', async () => {
  const snapshot = mesh();
  const scopes = new Scopes(snapshot, 1, hastyClock(), fail);
  const order: string[] = [];
  const enter = async (namespace: string): Promise<ResourceSet> => {
    const scope = scopeOf(snapshot, { ...proxy, namespace });
    const resources = scopes.enter(scope);
    await scopes.whole(scope.key);
    order.push(namespace);
    return resources;
  };
  const [first, second, third] = await Promise.all([enter('team-0'), enter('team-1'), enter('team-0')]);
  expect(third).toBe(first);
  expect(second).not.toBe(first);
  expect(order).toEqual(['team-0', 'team-0', 'team-1']);
});

it('has clusters and endpoints complete before the rest is made', async () => {
  const snapshot = mesh();
  const scopes = new Scopes(snapshot, 1, hastyClock(), fail);
  const scope = scopeOf(snapshot, proxy);
  const resources = scopes.enter(scope);
  const wanted = translateScope(snapshot, scope);
  const names = (typeUrl: string): string[] => [...resources.all(typeUrl).keys()].sort();
  const all = (typeUrl: string): string[] => [...wanted.resources()].filter((each) => each.typeUrl === typeUrl).map(({ name }) => name).sort();
  expect(resources.isComplete(typeUrls.cluster)).toBe(false);
  while (!resources.isComplete(typeUrls.cluster)) await setImmediate();
  expect(names(typeUrls.cluster)).toEqual(all(typeUrls.cluster));
  expect(names(typeUrls.endpoint)).toEqual(all(typeUrls.endpoint));
  expect(names(typeUrls.route)).toEqual([]);
  expect(resources.isComplete(typeUrls.listener)).toBe(false);
  while (!resources.isComplete(typeUrls.listener)) await setImmediate();
  expect(held(resources)).toEqual(versions(wanted.resources()));
});

it('tries a first translation that failed again, for those who wait and for who comes', async () => {
  const snapshot = mesh();
  let broken = true;
  const fragile = new Proxy(snapshot, {
    get(target, property, receiver) {
      if (broken && property === 'services') throw new Error('a fault of ours');
      return Reflect.get(target, property, receiver) as unknown;
    },
  });
  const failures: string[] = [];
  const scopes = new Scopes(fragile, 1, hastyClock(), (key) => failures.push(key));
  const scope = scopeOf(snapshot, proxy);
  const first = scopes.enter(scope);
  await expect(scopes.whole(scope.key)).rejects.toThrow('a fault of ours');
  expect(failures).toEqual([scope.key]);
  expect(first.isComplete(typeUrls.cluster)).toBe(false);
  broken = false;
  expect(scopes.enter(scope)).toBe(first);
  await scopes.whole(scope.key);
  expect(first.isComplete(typeUrls.listener)).toBe(true);
  expect(held(first)).toEqual(versions(translateScope(snapshot, scope).resources()));
});

it('keeps a scope as it was when a step cannot be translated, and makes it anew with the next', async () => {
  const snapshot = mesh();
  const failures: string[] = [];
  const scopes = new Scopes(snapshot, 1, hastyClock(), (key) => failures.push(key));
  const scope = scopeOf(snapshot, proxy);
  const resources = scopes.enter(scope);
  await scopes.whole(scope.key);
  const before = held(resources);
  const broken = new Proxy(snapshot, {
    get() {
      throw new Error('a fault of ours');
    },
  });
  const [first, second] = services;
  const missed = advance(snapshot, { upserts: read(virtualService(first!, { routeName: 'missed' })), removals: [] });
  scopes.advance({ snapshot: broken, delta: missed.delta, revision: 2 });
  expect(failures).toEqual([scope.key]);
  expect(held(resources)).toEqual(before);
  const next = advance(missed.snapshot, { upserts: read(virtualService(second!, { routeName: 'next' })), removals: [`ServiceEntry/${second!.namespace}/${second!.name}`] });
  scopes.advance({ snapshot: next.snapshot, delta: next.delta, revision: 3 });
  expect(scopes.enter(scope)).toBe(resources);
  await scopes.whole(scope.key);
  expect(failures).toHaveLength(1);
  expect(held(resources)).toEqual(versions(translateScope(next.snapshot, scope).resources()));
});

it('takes a change of everything in little by little, and lets nobody in before that and what changed meanwhile is complete', async () => {
  let snapshot = mesh();
  const scope = scopeOf(snapshot, proxy);
  const scopes = new Scopes(snapshot, 1, hastyClock(), fail);
  const resources = scopes.enter(scope);
  await scopes.whole(scope.key);
  const before = held(resources);
  const step = (upserts: MeshResource[], removals: string[], revision: number): void => {
    const next = advance(snapshot, { upserts, removals });
    snapshot = next.snapshot;
    scopes.advance({ snapshot, delta: next.delta, revision });
  };
  const meshConfig = (connectTimeout: string): MeshResource[] =>
    read(`{apiVersion: mesh.istio.io/v1alpha1, kind: MeshConfig, metadata: {name: default, namespace: istio-system}, spec: {connectTimeout: ${connectTimeout}}}`);
  step(meshConfig('3s'), [], 2);
  expect(held(resources)).toEqual(before);
  expect(scopes.translation(scope.key)).toBeUndefined();
  let entered = false;
  const whole = scopes.whole(scope.key).finally(() => (entered = true));
  for (let revision = 3; revision < 40; revision += 1) {
    await setImmediate();
    expect(entered).toBe(false);
    const removed = serviceName(revision % services.length, shape);
    if (revision === 20) step(meshConfig('4s'), [], revision);
    else step(read(virtualService(serviceName(1, shape), { routeName: `at-${revision}` })), revision % 10 === 0 ? [`ServiceEntry/${removed.namespace}/${removed.name}`] : [], revision);
  }
  await whole;
  expect(held(resources)).toEqual(versions(translateScope(snapshot, scope).resources()));
  expect(scopes.translation(scope.key)?.snapshot).toBe(snapshot);
});
