import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Explanation } from '@flotilla/explain';
import type { RouteConfiguration } from './proxy-config.ts';
import { runCommandLine } from './program.ts';
import { disagreements } from './simulation-disagreements.ts';

const folder = new URL('../../../../shared/cases/', import.meta.url);
const present = existsSync(new URL('simulation.json', folder));

interface Case {
  readonly id: string;
  readonly test: string;
  readonly proxy: unknown;
  readonly configYaml: string;
  readonly kubeYaml: string;
  readonly meshConfigChanges: Readonly<Record<string, unknown>>;
  readonly virtualHosts: { readonly routeName: string; readonly expect: Readonly<Record<string, readonly string[] | null>> | null } | null;
  readonly calls: readonly { readonly name: string; readonly expect: Expectation }[];
}

interface Expectation {
  readonly error: string | null;
  readonly errorAsserted: boolean;
  readonly cluster: { readonly direction: string; readonly port: string; readonly subset: string; readonly host: string } | null;
  readonly clusterAsserted: boolean;
}

function read(name: string): unknown {
  return JSON.parse(readFileSync(new URL(name, folder), 'utf8'));
}

/** Their short names have no domain after the namespace: `a.default` is `a.default.svc.cluster.local` here. */
function sameHost(expected: string, found: string): boolean {
  return found === expected || found === `${expected}.svc.cluster.local`;
}

function callAgrees({ error, errorAsserted, cluster, clusterAsserted }: Expectation, found: Explanation): boolean {
  if (errorAsserted && found.error !== error) return false;
  if (!clusterAsserted) return true;
  if (cluster === null) return found.cluster === null;
  const [direction = '', port = '', subset = '', host = ''] = (found.cluster ?? '').split('|');
  return found.cluster === nameOf(cluster) || (direction === cluster.direction && port === cluster.port && subset === cluster.subset && sameHost(cluster.host, host));
}

/** Clusters of no service have a name alone. */
function nameOf(cluster: Expectation['cluster']): string {
  return Object.values(cluster ?? {}).filter((part) => part !== '').join('|');
}

function toldExpected({ error, errorAsserted, cluster, clusterAsserted }: Expectation): string {
  const landed = clusterAsserted ? nameOf(cluster) : 'anywhere';
  return `expected ${errorAsserted && error !== null ? error : landed}`;
}

function told({ error, listener, filterChain, routeConfig, virtualHost, cluster, warnings }: Explanation): string {
  return [error ?? cluster ?? 'no cluster', 'at', listener, filterChain, routeConfig, virtualHost, ...warnings].filter((part) => part !== null).join(' ');
}

function clustersOf(table: RouteConfiguration | undefined, host: string): string[] | null {
  const found = table?.virtual_hosts?.find(({ domains = [] }) => domains.includes(host));
  return found === undefined ? null : (found.routes ?? []).flatMap(({ route }) => route?.weighted_clusters?.clusters?.map(({ name }) => name) ?? route?.cluster ?? []);
}

describe.skipIf(!present)(`Where Istio's own simulation says requests land${present ? '' : ' (skipped: ../shared/cases is absent)'}`, () => {
  let home: string;
  beforeAll(() => (home = mkdtempSync(join(tmpdir(), 'flotilla-simulation-'))));
  afterAll(() => rmSync(home, { recursive: true }));

  async function run(command: string, { proxy, configYaml, kubeYaml, meshConfigChanges, calls }: Case): Promise<unknown> {
    const files = { 'config.yaml': configYaml, 'kubernetes.yaml': kubeYaml, 'mesh.json': JSON.stringify({ ...(read('mesh-defaults.json') as object), ...meshConfigChanges }), 'proxy.json': JSON.stringify(proxy), 'requests.json': JSON.stringify(calls) };
    for (const [name, text] of Object.entries(files)) writeFileSync(join(home, name), text);
    const printed: string[] = [];
    const complaints: string[] = [];
    const args = [command, '--config', 'config.yaml', '--config', 'kubernetes.yaml', '--mesh-config', 'mesh.json', '--proxy', 'proxy.json', ...(command === 'explain' ? ['--requests', 'requests.json'] : []), '-o', 'json'];
    const code = await runCommandLine(args, { env: {}, cwd: home, now: () => 0, print: (text) => printed.push(text), complain: (text) => complaints.push(text), readInput: () => Promise.resolve('') });
    expect(code, complaints.join('\n')).toBe(0);
    return JSON.parse(printed.join('\n'));
  }

  /** Names of what does not agree, each with what was found instead. */
  async function differencesOf(one: Case): Promise<Map<string, string>> {
    const differences = new Map<string, string>();
    const explanations = (await run('explain', one)) as Explanation[];
    for (const [at, { name, expect: expected }] of one.calls.entries()) {
      const found = explanations[at]!;
      if (!callAgrees(expected, found)) differences.set(`${one.id} #${at} ${name}`, `${toldExpected(expected)}, found ${told(found)}`);
    }
    if (one.virtualHosts === null) return differences;
    const { routeName, expect: table } = one.virtualHosts;
    const { resources } = (await run('render', one)) as { resources: { typeUrl: string; name: string; config: RouteConfiguration }[] };
    const routes = resources.find(({ typeUrl, name }) => typeUrl.endsWith('.RouteConfiguration') && name === routeName)?.config;
    for (const [host, clusters] of Object.entries(table ?? {})) {
      const found = clustersOf(routes, host);
      if (JSON.stringify(found) !== JSON.stringify(clusters)) differences.set(`${one.id} host ${host}`, `expected ${JSON.stringify(clusters)}, found ${JSON.stringify(found)}`);
    }
    if (table === null && routes !== undefined) differences.set(`${one.id} no routes`, `found ${JSON.stringify(routes)}`);
    return differences;
  }

  it.each(present ? (read('simulation.json') as { cases: Case[] }).cases : [])('$id: $test', async (one) => {
    const differences = await differencesOf(one);
    const known = [...disagreements.keys()].filter((name) => name.startsWith(`${one.id} `));
    for (const name of known) if (!differences.has(name)) expect.fail(`${name} agrees now: take it off the list`);
    const unknown = [...differences].filter(([name]) => !known.includes(name));
    expect(Object.fromEntries(unknown)).toEqual({});
  });
});
