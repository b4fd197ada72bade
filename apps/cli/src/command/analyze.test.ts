import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { runCommandLine } from '../program.ts';

const rules = `
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: edge, namespace: shop }
spec: { hosts: [a.example.com], gateways: [nowhere], http: [{ directResponse: { status: 200 } }] }
---
apiVersion: v1
kind: Namespace
metadata: { name: shop }
`;

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'flotilla-analyze-'));
  writeFileSync(join(folder, 'rules.yaml'), rules);
});
afterEach(() => rmSync(folder, { recursive: true }));

async function analyze(...args: readonly string[]) {
  const out: string[] = [];
  const err: string[] = [];
  const code = await runCommandLine(['analyze', ...args], { env: {}, cwd: folder, now: () => 0, print: (text) => void out.push(text), complain: (text) => void err.push(text), readInput: () => Promise.resolve('') });
  return { code, out: out.join('\n'), err: err.join('\n') };
}

describe('analyze', () => {
  it('tells the worst first, where it is and how much there is', async () => {
    const { code, out } = await analyze('rules.yaml');
    expect(code).toBe(79);
    expect(out.split('\n')).toEqual([
      'Error [IST0101] (VirtualService shop/edge rules.yaml:2) The gateway "nowhere" is not found. (spec.gateways[0])',
      expect.stringMatching(/^Info \[IST0102\] \(Namespace shop rules\.yaml:7\)/),
      '1 error, 1 info',
    ]);
  });

  it('has the fields of istioctl for programs', async () => {
    const { out } = await analyze('rules.yaml', '-o', 'json', '--output-threshold', 'Error');
    expect(JSON.parse(out)).toEqual([
      {
        code: 'IST0101', level: 'Error', origin: 'VirtualService shop/edge', reference: 'rules.yaml:2', message: 'The gateway "nowhere" is not found.', path: 'spec.gateways[0]',
        documentationUrl: 'https://istio.io/latest/docs/reference/config/analysis/ist0101/', name: 'ReferencedResourceNotFound', analyzer: 'virtualservice.GatewayAnalyzer',
      },
    ]);
  });

  it.each([
    [['-S', 'IST0101=VirtualService edge.shop', '-S', 'IST0102=Namespace *'], 0],
    [['-S', 'IST0101=VirtualService other.shop'], 79],
    [['-n', 'other', '--failure-threshold', 'Warning'], 0],
    [['--failure-threshold', 'Info', '-S', 'IST0101=*'], 79],
    [['-S', 'nonsense'], 1],
  ])('with %j exits with %i', async (args, expected) => {
    expect((await analyze('rules.yaml', ...args)).code).toBe(expected);
  });

  it('goes on with what can be read, and says what cannot', async () => {
    writeFileSync(join(folder, 'broken.yaml'), 'a: [');
    const { code, out, err } = await analyze('rules.yaml', 'broken.yaml', '--failure-threshold', 'Error', '-S', 'IST0101=*');
    expect({ code, err }).toEqual({ code: 1, err: expect.stringMatching(/^error: broken\.yaml:\d+: YAML syntax: /) as string });
    expect(out).toContain('IST0102');
  });

  it('tells what is not valid, and looks at it all the same', async () => {
    writeFileSync(join(folder, 'invalid.yaml'), 'apiVersion: networking.istio.io/v1\nkind: VirtualService\nmetadata: { name: half, namespace: shop }\nspec: { hosts: [a.example.com], gateways: [gone], http: [{ rout: [] }] }\n');
    const { out } = await analyze('invalid.yaml', '-o', 'json');
    expect((JSON.parse(out) as { code: string }[]).map(({ code }) => code)).toEqual(expect.arrayContaining(['IST0106', 'IST0101']));
  });
});
