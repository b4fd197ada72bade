import { create } from '@bufbuild/protobuf';
import { NodeSchema } from '@flotilla/envoy-api/envoy/config/core/v3/base_pb.js';
import { advance, createSnapshot, defaultMeshConfig } from '@flotilla/mesh';
import { readYaml } from '@flotilla/resources';
import { createLogger, systemClock } from '@flotilla/runtime';
import { eventually, serviceName, serviceYaml } from '@flotilla/testing';
import { translateScope, scopeOf } from '@flotilla/translate';
import { encodeResources, type ConnectedProxy, type Target } from '@flotilla/xds';
import { expect, it } from 'vitest';
import { Traffic } from './traffic.ts';

const shape = { endpoints: 2, namespaces: 1 };

function read(yaml: string) {
  return readYaml(yaml, { file: 'test', defaultNamespace: 'default' }).resources;
}

/** A proxy that notes what its stream would be told. */
class NotedProxy implements ConnectedProxy {
  readonly node = create(NodeSchema, { id: 'sidecar~10.1.0.1~app.team-0~team-0.svc.cluster.local' });
  readonly peer = '127.0.0.1:1';
  readonly peerSpiffeId = undefined;
  readonly protocol = 'delta';
  readonly outdatedAt: number[] = [];
  readonly targets: Target[] = [];

  outdated(revision: number): void {
    this.outdatedAt.push(revision);
  }

  retarget(target: Target): void {
    this.targets.push(target);
  }
}

it('holds a proxy behind while all that it is given is made anew', async () => {
  const first = advance(createSnapshot(defaultMeshConfig), { upserts: read(serviceYaml(serviceName(0, shape), shape)), removals: [] }).snapshot;
  const traffic = new Traffic(first, 1, { clock: systemClock, logger: createLogger('test', { level: 'silent' }) });
  const proxy = new NotedProxy();
  const { scope } = await traffic.connect(proxy);
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
