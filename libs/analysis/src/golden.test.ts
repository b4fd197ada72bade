import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expectGolden, goldenCases } from '@flotilla/testing';
import { describe, expect, test } from 'vitest';
import { parseAllDocuments, stringify } from 'yaml';
import { analyze, catalogue, createView, defaultGateway, describeOrigin, readWritten, rules, type Rule } from './index.ts';

const folders = readdirSync(import.meta.dirname, { withFileTypes: true }).filter((entry) => entry.isDirectory()).map(({ name }) => name);

/** The rules of a file, as `sidecar/selectors`; what follows a dot in the name of a case only tells it from others of the same. */
async function rulesOf(folder: string, name: string): Promise<readonly Rule[]> {
  const module = (await import(`./${folder}/${name.split('.', 1)[0] ?? ''}.ts`)) as Readonly<Record<string, Rule>>;
  return Object.values(module).filter((rule) => rules.includes(rule));
}

const told = new Set<string>();

describe.each(folders)('%s', (folder) => {
  for (const { name, input, output } of goldenCases(join(import.meta.dirname, folder, 'testdata'))) {
    test(name, async () => {
      const by = await rulesOf(folder, name);
      expect(by).not.toEqual([]);
      const { resources, objects } = readWritten(parseAllDocuments(input).map((document) => document.toJS() as unknown), 'default');
      const found = (all: typeof resources) => [...analyze(createView(all, [...defaultGateway('istio-system'), ...objects]), { by })].flat();
      const messages = found(resources);
      // In whatever order the resources came.
      expect(found(resources.toReversed())).toEqual(messages);
      for (const { code } of messages) told.add(code);
      expectGolden(output, stringify(messages.map(({ code, origin, path, text }) => ({ code, origin: describeOrigin(origin), ...(path === undefined ? {} : { path }), text })), { lineWidth: 0 }));
    });
  }
});

test('every rule has a test, and every message that a rule can give is given in one', () => {
  const ofReading = ['IST0106', 'IST0133'];
  expect([...told, ...ofReading].sort()).toEqual(Object.keys(catalogue).sort());
  expect(new Set(rules.flatMap(({ codes }) => codes))).toEqual(told);
});
