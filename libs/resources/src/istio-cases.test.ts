import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { kindNamed } from './kinds.ts';
import { readResource } from './read-resource.ts';

const file = new URL('../../../../shared/cases/validation.json', import.meta.url);
const present = existsSync(file);

interface Case {
  readonly id: string;
  readonly kind: string;
  readonly valid: boolean;
  readonly resource: unknown;
}

/** Where Istio's verdict is an accident of its implementation, and ours is right to differ. */
const differently = new Map([
  // Istio takes an abort with status 600 while its own message says 200-599; Envoy refuses the route.
  ['val-0102', false],
  // A match has no field `app`; its author meant one application and would have patched every one.
  ['val-0971', false],
  ['val-0972', false],
]);

function casesOf(): Case[] {
  const { cases } = JSON.parse(readFileSync(file, 'utf8')) as { cases: Case[] };
  return cases.filter(({ kind }) => kindNamed(kind) !== undefined);
}

describe.skipIf(!present)(`Istio's own verdicts${present ? '' : ' (skipped: ../shared/cases is absent)'}`, () => {
  it.each(present ? casesOf() : [])('$id: $kind is accepted: $valid', ({ id, resource, valid }) => {
    const read = readResource(resource, { defaultNamespace: 'default' });
    const problems = 'problems' in read ? read.problems : [];
    expect('resource' in read, JSON.stringify(problems)).toBe(differently.get(id) ?? valid);
  });
});
