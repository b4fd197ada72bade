import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { resourceKey, type MeshResource } from '@flotilla/resources';
import { Replica, type Entry, type Listing } from './replica.ts';
import type { ResourceChange } from './resource-store.ts';
import { virtualService } from './testing/fixtures.ts';

/** A stream that keeps the newest message of each subject, as JetStream does. */
class ModelStream {
  revision = 0;
  readonly messages = new Map<string, Omit<Entry, 'pending'>>();
  /** The state after each commit, by its revision. */
  readonly states = new Map<number, string>([[0, '']]);

  commit(names: readonly string[], removed: ReadonlySet<string>): void {
    names.forEach((name, index) => {
      this.revision += 1;
      const resource = virtualService(name);
      const stamped = { ...resource, metadata: { ...resource.metadata, resourceVersion: String(this.revision) } } as MeshResource;
      this.messages.delete(name);
      this.messages.set(name, {
        subject: name,
        revision: this.revision,
        content: removed.has(name) ? 'removed' : stamped,
        endsCommit: index === names.length - 1,
      });
    });
    this.states.set(this.revision, describeState([...this.messages.values()].flatMap(({ content }) => (typeof content === 'string' ? [] : [content]))));
  }

  listing(stream = 'first'): Listing {
    return { stream, lastRevision: this.revision, pending: this.messages.size };
  }

  /** What a reader who has seen everything up to `after` would be sent. */
  after(revision: number): Entry[] {
    const due = [...this.messages.values()].filter((message) => message.revision > revision);
    return due.map((message, index) => ({ ...message, pending: due.length - index - 1 }));
  }
}

function describeState(resources: Iterable<MeshResource>): string {
  return [...resources].map((resource) => `${resourceKey(resource)}@${resource.metadata.resourceVersion}`).sort().join(' ');
}

/** Applies changes to a map, as a consumer would. */
class Consumer {
  readonly resources = new Map<string, MeshResource>();

  apply(change: ResourceChange | undefined): void {
    for (const resource of change?.upserts ?? []) this.resources.set(resourceKey(resource), resource);
    for (const key of change?.removals ?? []) {
      expect(this.resources.delete(key)).toBe(true);
    }
  }
}

const names = fc.uniqueArray(fc.constantFrom('a', 'b', 'c', 'd', 'e'), { minLength: 1 });
const step = fc.oneof(
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('commit' as const), names, removed: fc.array(fc.constantFrom('a', 'b', 'c')) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('read' as const), count: fc.nat(6) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('interrupt' as const) }) },
);

describe('Replica', () => {
  it('shows only states that were committed, whatever is read when, and ends with the last', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        const stream = new ModelStream();
        const replica = new Replica();
        const consumer = new Consumer();
        let position = 0;
        const begin = (): void => {
          position = 0;
          observe(replica.beginList(stream.listing()));
        };
        const observe = (change: ResourceChange | undefined): void => {
          consumer.apply(change);
          if (change !== undefined) expect(describeState(consumer.resources.values())).toBe(stream.states.get(change.revision));
        };
        const read = (count: number): void => {
          for (let index = 0; index < count; index += 1) {
            const [next] = stream.after(position);
            if (next === undefined) return;
            position = next.revision;
            observe(replica.receive(next));
          }
        };
        begin();
        for (const move of steps) {
          if (move.kind === 'commit') stream.commit(move.names, new Set(move.removed));
          else if (move.kind === 'read') read(move.count);
          else begin();
        }
        read(1_000);
        expect(describeState(consumer.resources.values())).toBe(stream.states.get(stream.revision));
      }),
    );
  });

  it('emits nothing when a list shows what it holds already', () => {
    const stream = new ModelStream();
    stream.commit(['a', 'b'], new Set());
    const replica = new Replica();
    replica.beginList(stream.listing());
    for (const entry of stream.after(0)) replica.receive(entry);

    replica.beginList(stream.listing());
    const changes = stream.after(0).map((entry) => replica.receive(entry));

    expect(changes.at(-1)).toEqual({ upserts: [], removals: [], revision: 2 });
  });

  it('keeps what it knows of a resource whose entry is unreadable', () => {
    const stream = new ModelStream();
    stream.commit(['a'], new Set());
    const replica = new Replica();
    replica.beginList(stream.listing());
    for (const entry of stream.after(0)) replica.receive(entry);
    const broken: Entry = { subject: 'a', revision: 2, content: 'unreadable', endsCommit: true, pending: 0 };

    expect(replica.receive(broken)).toEqual({ upserts: [], removals: [], revision: 2 });
    replica.beginList({ stream: 'first', lastRevision: 2, pending: 1 });
    expect(replica.receive(broken)).toEqual({ upserts: [], removals: [], revision: 2 });
    expect(replica.state.resources.size).toBe(1);
  });

  it('keeps what it holds when the stream was lost, until the new one is written to', () => {
    const first = new ModelStream();
    first.commit(['a', 'b'], new Set());
    const replica = new Replica();
    replica.beginList(first.listing());
    for (const entry of first.after(0)) replica.receive(entry);
    const second = new ModelStream();

    expect(replica.beginList(second.listing('second'))).toBeUndefined();
    expect(replica.state.resources.size).toBe(2);
    second.commit(['b', 'c'], new Set());
    const changes = second.after(0).map((entry) => replica.receive(entry));

    expect(changes.at(-1)?.removals).toEqual(['VirtualService/default/a']);
    expect(changes.at(-1)?.upserts.map((resource) => resource.metadata.name)).toEqual(['b', 'c']);
  });
});
