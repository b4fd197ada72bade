import { globSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { plainDocuments } from './plain-yaml.ts';

const root = fileURLToPath(new URL('../../../', import.meta.url));
const examples = globSync('examples/**/*.yaml', { cwd: root, exclude: ['**/node_modules/**'] }).sort().map((file) => readFileSync(`${root}/${file}`, 'utf8'));

/** What makes YAML another YAML, or none. */
const pieces = [
  ' ', '\n', '  ', '- ', ': ', ':', '"', "'", '{', '}', '[', ']', ',', '#', ' #', '|', '>', '|-\n', '>+\n', '~', 'null', 'yes', 'True', '0', '1_0', '0x1F', '0o17', '017', '.5', '1.', '1e3',
  '.inf', '.NaN', '2020-01-01', '---\n', '...\n', '*', '*a', '&a ', '!t ', '? ', '<<: ', '%', '@', '`', '=', '\t', '\\', '\r\n', '""', '__proto__', 'é',
];

/** A text that somebody spoiled in a few places. */
const spoilt = fc
  .record({
    text: fc.constantFrom(...examples),
    spots: fc.array(fc.record({ at: fc.double({ min: 0, max: 1, noNaN: true }), drop: fc.nat(2), piece: fc.constantFrom('', ...pieces) }), { minLength: 1, maxLength: 4 }),
  })
  .map(({ text, spots }) =>
    spots.reduce((left, { at, drop, piece }) => {
      const place = Math.floor(at * left.length);
      return left.slice(0, place) + piece + left.slice(place + drop);
    }, text),
  );

/** The values that the parser that knows places finds; undefined where it finds a mistake. */
function withPlaces(text: string): unknown[] | undefined {
  const documents = [...parseAllDocuments(text, { logLevel: 'silent' })];
  return documents.some(({ errors }) => errors.length > 0) ? undefined : documents.map((document): unknown => document.toJS());
}

const filled = (values: readonly unknown[] | undefined): unknown[] | undefined => values?.filter((value) => value !== null && value !== undefined);

describe('plain YAML', () => {
  it('is what the examples are', () => {
    expect(examples.filter((text) => plainDocuments(text) === undefined)).toEqual([]);
  });

  it('is never taken otherwise than by the parser that knows places', () => {
    fc.assert(
      fc.property(fc.oneof(fc.constantFrom(...examples), spoilt), (text) => {
        const plain = plainDocuments(text);
        if (plain !== undefined) expect(filled(plain)).toEqual(filled(withPlaces(text)));
      }),
      { numRuns: 400 },
    );
  });

  it.each(['a: &x [1]', '? {a: b}\n: c', ': a', '{: a}', 'null: a', '~ : a', '{NULL: a}', '\t>+\n# a\na: b', ' ---\na: b', ' ---\na: b','- : a', '%YAML 1.1\n---\na: yes', 'a: !!binary aGk=', 'a: 1\na: 2', 'a: [b'])('gives up on %s', (text) => {
    expect(plainDocuments(text)).toBeUndefined();
  });
});
