import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodeResources, type EncodedResource } from './encoded-resource.ts';
import { NameSet } from './name-set.ts';
import { NameTable } from './name-table.ts';
import { absent, OutgoingQueue } from './outgoing-queue.ts';

const resource = (name: string, content: number): EncodedResource =>
  encodeResources([{ typeUrl: 'type.googleapis.com/a.B', name, bytes: Uint8Array.of(content) }])[0]!;

/** What there is, changed as a set would be, with a queue that is told of it. */
class Fixture {
  readonly live = new Map<string, EncodedResource>();
  readonly queue = new OutgoingQueue({ get: (name) => this.live.get(name), list: () => [...this.live.values()], suspected: () => false }, new NameSet(new NameTable()));
  /** What the proxy runs, by the batches it was sent; one name twice in a batch is refused, as Envoy does. */
  readonly proxy = new Map<string, string>();

  change(name: string, content: number | undefined): void {
    const before = this.live.get(name);
    if (content === undefined) this.live.delete(name);
    else this.live.set(name, resource(name, content));
    if (before?.version !== this.live.get(name)?.version) this.queue.add(name, before ?? absent, 1);
  }

  send(maxBytes: number): boolean {
    const batch = this.queue.take(maxBytes, true);
    if (batch === undefined) return false;
    const names = [...batch.upserts.map(({ name }) => name), ...batch.removals];
    expect(new Set(names).size, `${names.join()} names one thing twice`).toBe(names.length);
    for (const { name, version } of batch.upserts) this.proxy.set(name, version);
    for (const name of batch.removals) this.proxy.delete(name);
    return true;
  }

  state(): Record<string, string> {
    return Object.fromEntries([...this.live].map(([name, { version }]) => [name, version]));
  }
}

describe('a queue that walks through all there is', () => {
  it('sends what changed meanwhile once, as it is now', () => {
    const fixture = new Fixture();
    for (const name of ['a', 'b', 'c']) fixture.live.set(name, resource(name, 1));
    fixture.queue.addAll([...fixture.live.values()], {}, 1);
    fixture.change('b', 2);
    fixture.send(Infinity);
    expect(Object.fromEntries(fixture.proxy)).toEqual(fixture.state());
  });

  it('sends what changed and changed back before its turn', () => {
    const fixture = new Fixture();
    fixture.live.set('a', resource('a', 1));
    fixture.queue.addAll([...fixture.live.values()], {}, 1);
    fixture.change('a', 2);
    fixture.change('a', 1);
    fixture.send(Infinity);
    expect(Object.fromEntries(fixture.proxy)).toEqual(fixture.state());
  });

  it('ends with what there is, whatever happens in whatever order', () => {
    const name = fc.constantFrom('a', 'b', 'c', 'd');
    const content = fc.integer({ min: 0, max: 2 });
    const step = fc.oneof(
      fc.record({ kind: fc.constant('change' as const), name, content: fc.option(content, { nil: undefined }) }),
      fc.record({ kind: fc.constant('send' as const), bytes: fc.integer({ min: 1, max: 200 }) }),
    );
    fc.assert(
      fc.property(fc.dictionary(name, content), fc.dictionary(name, content), fc.array(step, { maxLength: 20 }), (initial, held, steps) => {
        const fixture = new Fixture();
        for (const [each, value] of Object.entries(initial)) fixture.live.set(each, resource(each, value));
        const presented = Object.fromEntries(Object.entries(held).map(([each, value]) => [each, resource(each, value).version]));
        for (const [each, version] of Object.entries(presented)) fixture.proxy.set(each, version);
        fixture.queue.addAll([...fixture.live.values()], presented, 1);
        for (const each of Object.keys(presented)) if (!fixture.live.has(each)) fixture.queue.add(each, { version: presented[each] ?? '' }, 1);
        for (const each of steps) {
          if (each.kind === 'change') fixture.change(each.name, each.content);
          else fixture.send(each.bytes);
        }
        while (fixture.send(60));
        expect(Object.fromEntries(fixture.proxy)).toEqual(fixture.state());
      }),
      { numRuns: 2000 },
    );
  });
});
