import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { rules } from '@flotilla/analysis';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ShownMessage } from './analysis/shown-message.ts';
import { runCommandLine } from './program.ts';

const file = new URL('../../../../shared/cases/analysis.json', import.meta.url);
const present = existsSync(file);

interface Text {
  readonly yaml: string;
}

interface Case {
  readonly id: string;
  readonly name: string;
  readonly analyzer: string;
  readonly inputs: readonly Text[];
  readonly meshConfig: readonly Text[];
  readonly meshNetworks: readonly Text[];
  readonly expected: readonly { readonly code: string; readonly resource: string }[];
}

const cases = present ? (JSON.parse(readFileSync(file, 'utf8')) as { readonly cases: readonly Case[] }).cases : [];

/** Theirs leave the namespace of resources that name none empty; here it is `default`. */
function namespaced(resource: string): string {
  const [kind = '', name = ''] = resource.split(' ');
  const hasNone = name.includes('/') || kind === 'Namespace' || kind.endsWith('WebhookConfiguration') || kind === 'CustomResourceDefinition';
  return hasNone ? resource : `${kind} default/${name}`;
}

describe.skipIf(!present)(`What istioctl analyze says${present ? '' : ' (skipped: ../shared/cases is absent)'}`, () => {
  let home: string;
  beforeAll(() => (home = mkdtempSync(join(tmpdir(), 'flotilla-analysis-'))));
  afterAll(() => rmSync(home, { recursive: true }));

  async function analyzed({ analyzer, inputs, meshConfig, meshNetworks }: Case): Promise<string[]> {
    const given = { input: inputs, 'mesh-config': meshConfig, 'mesh-networks': meshNetworks };
    const args = Object.entries(given).flatMap(([name, texts]) => texts.flatMap(({ yaml }, at) => {
      const path = `${name}-${at}.yaml`;
      writeFileSync(join(home, path), yaml);
      return name === 'input' ? [path] : [`--${name}`, path];
    }));
    const printed: string[] = [];
    await runCommandLine(['analyze', '--analyzer', analyzer, ...args, '-o', 'json'], { env: {}, cwd: home, now: () => 0, print: (text) => printed.push(text), complain: () => undefined, readInput: () => Promise.resolve('') });
    return (JSON.parse(printed.join('\n')) as ShownMessage[]).map(({ code, origin }) => `${code} ${origin}`);
  }

  it.each(cases)('$id: $analyzer: $name', async (one) => {
    const expected = new Set(one.expected.map(({ code, resource }) => `${code} ${namespaced(resource)}`));
    expect(rules.map(({ analyzer }) => analyzer)).toContain(one.analyzer);
    expect([...new Set(await analyzed(one))].sort()).toEqual([...expected].sort());
  });
});
