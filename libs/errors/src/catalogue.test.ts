import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { catalogue } from './catalogue.ts';

const page = readFileSync(new URL('../../../docs/errors.md', import.meta.url), 'utf8');
const rows = page
  .split('\n')
  .filter((line) => line.startsWith('| `'))
  .map((line) => line.split('|').slice(1, -1).map((cell) => cell.trim()));

describe('docs/errors.md', () => {
  it('lists the codes of the catalogue with what they mean, in the same order', () => {
    const listed = rows.map((cells) => cells.slice(0, 5));
    expect(listed).toEqual(
      Object.entries(catalogue).map(([code, { http, grpc, reason, title }]) => [`\`${code}\``, `${http}`, `${grpc}`, reason, title]),
    );
  });

  it.each(rows)('says what to do about %s', (...cells) => {
    expect(cells).toHaveLength(6);
    expect(cells[5]).toMatch(/\.$/);
  });
});
