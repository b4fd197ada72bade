import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { resourceKey, type MeshResource } from '@flotilla/resources';
import type { StateView } from '../state/mesh-state.ts';
import type { Author, Edit } from './edit.ts';
import { Plan } from './plan.ts';
import type { Source } from './source.ts';

const api: Author = { name: 'api' };
const files: Author = { name: 'files', acts: 'file' };

function entry(name: string, { address = '10.0.0.1', labels }: { address?: string; labels?: Record<string, string> } = {}): MeshResource {
  return { apiVersion: 'networking.istio.io/v1', kind: 'WorkloadEntry', metadata: { name, namespace: 'default', ...(labels === undefined ? {} : { labels }) }, spec: { address } };
}

/** A state that plans are carried out on. */
class Model implements Pick<StateView, 'get'> {
  readonly resources = new Map<string, MeshResource>();
  #revision = 0;
  #uid = 0;

  get(key: string): MeshResource | undefined {
    return this.resources.get(key);
  }

  all(): Iterable<MeshResource> {
    return this.resources.values();
  }

  plan(author: Author, edits: readonly Edit[], inForce: ReadonlySet<Source['kind']> = new Set(['file'])): Plan {
    const planned = new Plan(this, { author, inForce, now: '2026-01-01T00:00:00Z', newUid: () => `uid-${++this.#uid}`, trustDomain: 'cluster.local' });
    for (const edit of edits) planned.take(edit);
    return planned;
  }

  commit(author: Author, edits: readonly Edit[], inForce: ReadonlySet<Source['kind']> = new Set(['file'])): Plan {
    const planned = this.plan(author, edits, inForce);
    for (const resource of planned.upserts) {
      this.#revision += 1;
      this.resources.set(resourceKey(resource), { ...resource, metadata: { ...resource.metadata, resourceVersion: String(this.#revision) } });
    }
    for (const key of planned.removals) this.resources.delete(key);
    return planned;
  }
}

const file = (path: string): Source => ({ kind: 'file', path });

describe('plan', () => {
  it('counts generations by the spec alone and keeps identity', () => {
    const model = new Model();
    model.commit(api, [{ action: 'put', resource: entry('a') }]);
    model.commit(api, [{ action: 'put', resource: entry('a', { labels: { x: 'y' } }) }]);
    model.commit(api, [{ action: 'put', resource: entry('a', { address: '10.0.0.2', labels: { x: 'y' } }) }]);
    expect(model.get('WorkloadEntry/default/a')?.metadata).toMatchObject({ uid: 'uid-1', generation: 2, resourceVersion: '3' });
  });

  it('takes no trust domain but the one of the certificates', () => {
    const model = new Model();
    const meshConfig = (trustDomain: string): Edit => ({
      action: 'put',
      resource: { apiVersion: 'mesh.istio.io/v1alpha1', kind: 'MeshConfig', metadata: { name: 'default', namespace: 'istio-system' }, spec: { trustDomain } },
    });
    expect(model.plan(api, [meshConfig('cluster.local')]).refusals).toEqual([]);
    expect(model.plan(api, [meshConfig('elsewhere.example')]).refusals).toMatchObject([
      { error: { code: 'INVALID_RESOURCE', problems: [{ path: 'spec.trustDomain', found: 'elsewhere.example', allowed: 'cluster.local' }] } },
    ]);
  });

  it('gives a resource that comes back a new identity', () => {
    const model = new Model();
    model.commit(api, [{ action: 'put', resource: entry('a') }]);
    model.commit(api, [{ action: 'remove', key: 'WorkloadEntry/default/a' }]);
    model.commit(api, [{ action: 'put', resource: entry('a') }]);
    expect(model.get('WorkloadEntry/default/a')?.metadata).toMatchObject({ uid: 'uid-2', generation: 1 });
  });

  it('takes from a user neither status nor source nor what Galley keeps', () => {
    const model = new Model();
    const claimed = { ...entry('a'), status: { conditions: [] } };
    claimed.metadata = { ...claimed.metadata, generation: 9, creationTimestamp: 'x', annotations: { 'flotilla.dev/source': 'file:mine', own: '1' } };
    const { upserts } = model.commit(api, [{ action: 'put', resource: claimed }]);
    expect(upserts[0]?.metadata).toEqual({ name: 'a', namespace: 'default', annotations: { own: '1' }, uid: 'uid-1', generation: 1, creationTimestamp: '2026-01-01T00:00:00Z' });
    expect(upserts[0]).not.toHaveProperty('status');
  });

  it('lets files take over what the API made, and keeps the API off what files own', () => {
    const model = new Model();
    model.commit(api, [{ action: 'put', resource: entry('a') }]);
    expect(model.commit(files, [{ action: 'put', resource: entry('a'), source: file('x.yaml') }]).results[0]?.change).toBe('configured');
    expect(model.plan(api, [{ action: 'put', resource: entry('a') }]).refusals).toMatchObject([{ error: { code: 'READ_ONLY_SOURCE', message: expect.stringContaining('x.yaml') as string } }]);
    expect(model.plan(api, [{ action: 'put', resource: entry('a') }], new Set()).refusals).toEqual([]);
  });

  it('takes from a cluster which object it is, and lets go of what is the cluster\'s once none is followed', () => {
    const model = new Model();
    const cluster: Author = { name: 'cluster', acts: 'kubernetes' };
    const of = (uid: string, generation: number): Edit => {
      const resource = entry('a');
      return { action: 'put', resource: { ...resource, metadata: { ...resource.metadata, uid, generation, creationTimestamp: '2020-01-01T00:00:00Z' } }, source: { kind: 'kubernetes' } };
    };
    expect(model.commit(cluster, [of('one', 3)]).upserts[0]?.metadata).toMatchObject({ uid: 'one', generation: 3, creationTimestamp: '2020-01-01T00:00:00Z' });
    expect(model.commit(cluster, [of('one', 3)]).results[0]?.change).toBe('unchanged');
    expect(model.commit(cluster, [of('two', 1)]).upserts[0]?.metadata).toMatchObject({ uid: 'two', generation: 1 });
    const remove: Edit = { action: 'remove', key: 'WorkloadEntry/default/a' };
    expect(model.plan(api, [remove], new Set(['kubernetes'])).refusals).toMatchObject([{ error: { code: 'READ_ONLY_SOURCE', message: expect.stringContaining('cluster') as string } }]);
    expect(model.plan(api, [remove], new Set()).refusals).toEqual([]);
  });

  it('keeps registrations to whoever made them', () => {
    const model = new Model();
    const by = (spiffeId: string): Author => ({ name: spiffeId, acts: 'registration', spiffeId });
    const put = (spiffeId: string): Edit => ({ action: 'put', resource: entry('a'), source: { kind: 'registration', spiffeId } });
    model.commit(by('spiffe://a'), [put('spiffe://a')]);
    for (const author of [by('spiffe://b'), api, files]) {
      expect(model.plan(author, [{ action: 'remove', key: 'WorkloadEntry/default/a' }]).refusals).toMatchObject([{ error: { code: 'READ_ONLY_SOURCE' } }]);
    }
    expect(model.plan(by('spiffe://a'), [put('spiffe://a')]).results[0]?.change).toBe('unchanged');
    model.commit(api, [{ action: 'put', resource: entry('b') }]);
    expect(model.plan(by('spiffe://a'), [{ ...put('spiffe://a'), resource: entry('b') } as Edit]).refusals).toMatchObject([{ error: { code: 'ALREADY_EXISTS' } }]);
  });

  it('comes to the same state whether edits are written together or one by one, and to nothing the second time', () => {
    const put = fc.record({ action: fc.constant('put' as const), name: fc.constantFrom('a', 'b', 'c'), address: fc.constantFrom('10.0.0.1', '10.0.0.2') });
    const remove = fc.record({ action: fc.constant('remove' as const), name: fc.constantFrom('a', 'b', 'c') });
    fc.assert(
      fc.property(fc.array(fc.oneof(put, remove), { maxLength: 12 }), (steps) => {
        const edits = steps.map((step): Edit =>
          step.action === 'put' ? { action: 'put', resource: entry(step.name, { address: step.address }) } : { action: 'remove', key: `WorkloadEntry/default/${step.name}`, ifPresent: true });
        const together = new Model();
        together.commit(api, edits);
        const single = new Model();
        for (const edit of edits) single.commit(api, [edit]);
        const specs = (model: Model): unknown => [...model.resources].map(([key, { spec }]) => [key, spec]).sort();
        expect(specs(together)).toEqual(specs(single));

        const settled = [...together.resources.values()].map((resource): Edit => ({ action: 'put', resource }));
        expect(together.plan(api, settled)).toMatchObject({ upserts: [], removals: [], refusals: [] });
      }),
    );
  });
});
