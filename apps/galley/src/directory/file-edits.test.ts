import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MeshState } from '../state/mesh-state.ts';
import { Plan } from '../write/plan.ts';
import { ConfigFiles } from './config-files.ts';
import { editsFor } from './file-edits.ts';

const fileNames = ['a.yaml', 'b.yaml', 'c.yaml'];

/** What a file may say: some of three resources, perhaps one twice, perhaps with a mistake; or it is gone. */
const content = fc.option(
  fc.record({ names: fc.array(fc.constantFrom('x', 'y', 'z'), { maxLength: 3 }), address: fc.constantFrom('10.0.0.1', '10.0.0.2'), bad: fc.boolean() }),
  { nil: undefined },
);
const step = fc.record({ file: fc.constantFrom(...fileNames), content });
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

function textOf({ names, address, bad }: NonNullable<Step['content']>): string {
  const documents = names.map((name) => `kind: WorkloadEntry\napiVersion: networking.istio.io/v1\nmetadata: {name: ${name}}\nspec: {address: ${address}}\n`);
  return [...documents, ...(bad ? ['kind: Nothing\n'] : [])].join('---\n');
}

function take(files: ConfigFiles, { file, content }: Step): void {
  if (content === undefined) files.delete(file);
  else files.set(file, textOf(content));
}

/** A state that edits are carried out on. */
class Mesh {
  readonly state = new MeshState();
  #revision = 0;

  /** Carries out the edits; gives how many resources they changed. */
  carryOut(files: ConfigFiles, changed?: ReadonlySet<string>): number {
    const planned = new Plan(this.state, { author: { name: 'files', acts: 'file' }, now: '2026-01-01T00:00:00Z', newUid: () => 'uid', inForce: new Set(['file']), trustDomain: 'cluster.local' });
    for (const { edit } of editsFor(files, this.state, changed)) planned.take(edit);
    const { upserts, removals } = planned;
    this.#revision += 1;
    this.state.apply('endpoints', { upserts, removals, revision: this.#revision });
    return upserts.length + removals.length;
  }
}

describe('files that change one by one', () => {
  it('say at the end what they say when they are all read at once', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 12 }), (steps) => {
        const followed = new ConfigFiles();
        for (const one of steps) take(followed, one);
        const last = new Map(steps.map((one) => [one.file, one]));
        const read = new ConfigFiles();
        for (const one of last.values()) take(read, one);
        expect(followed.problems()).toEqual(read.problems());
        for (const name of ['x', 'y', 'z']) {
          const key = `WorkloadEntry/default/${name}`;
          expect(followed.definitionOf(key)).toEqual(read.definitionOf(key));
        }
        for (const file of fileNames) expect(followed.keysOf(file)).toEqual(read.keysOf(file));
      }),
    );
  });

  it('leave nothing to do for a comparison of everything', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 12 }), (steps) => {
        const files = new ConfigFiles();
        const mesh = new Mesh();
        for (const one of steps) {
          take(files, one);
          mesh.carryOut(files, new Set([one.file]));
          expect(mesh.carryOut(files)).toBe(0);
        }
      }),
    );
  });
});

describe('what comes from a file', () => {
  it('is found by the file, also after another has taken it over', () => {
    const files = new ConfigFiles();
    const mesh = new Mesh();
    files.set('b.yaml', textOf({ names: ['x', 'y'], address: '10.0.0.1', bad: false }));
    mesh.carryOut(files);
    expect([...mesh.state.keysOfFile('b.yaml')]).toEqual(['WorkloadEntry/default/x', 'WorkloadEntry/default/y']);
    files.set('a.yaml', textOf({ names: ['x'], address: '10.0.0.1', bad: false }));
    mesh.carryOut(files, new Set(['a.yaml']));
    expect([...mesh.state.files()].map((file) => [file, [...mesh.state.keysOfFile(file)]])).toEqual([
      ['b.yaml', ['WorkloadEntry/default/y']],
      ['a.yaml', ['WorkloadEntry/default/x']],
    ]);
    files.delete('b.yaml');
    mesh.carryOut(files, new Set(['b.yaml']));
    expect([...mesh.state.files()]).toEqual(['a.yaml']);
  });
});
