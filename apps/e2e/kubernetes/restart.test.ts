import { exec } from 'node:child_process';
import { promisify } from 'node:util';
import { eventually } from '@flotilla/testing';
import { afterAll, beforeEach, expect, it } from 'vitest';
import { reviewsUrl, versionsOf } from '../src/bookinfo.ts';
import { example } from '../src/examples.ts';
import { kubectl, rolledOut } from '../src/kubectl.ts';
import { bookshopWorkloads, kubernetesMesh, systemWorkloads } from '../src/kubernetes-mesh.ts';
import { burst } from '../src/load.ts';

const strict = JSON.stringify({ apiVersion: 'security.istio.io/v1', kind: 'PeerAuthentication', metadata: { name: 'default', namespace: 'default' }, spec: { mtls: { mode: 'STRICT' } } });
const rules = [example('bookinfo/destination-rule-all.yaml'), example('bookinfo/virtual-service-reviews-v3.yaml'), strict].join('\n---\n');
const bookshop = ['-n', 'default', 'pods', '-l', 'app in (productpage,details,reviews,ratings)'];
const system = ['-n', 'flotilla-system', 'pods', '-l', 'app'];
/** What restarts the nodes of the cluster, and comes back when they are there again; where there is none, nodes stay. */
const restartNodes = process.env['FLOTILLA_RESTART_NODES'];

const restarts: readonly (readonly [string, () => Promise<unknown>])[] = [
  ['all pods were lost at once, with what they kept', () => Promise.all([system, bookshop].map((pods) => kubectl(['delete', ...pods, '--grace-period=0', '--force'])))],
  ...(restartNodes === undefined ? [] : [['the nodes were restarted', () => promisify(exec)(restartNodes)] as const]),
];

beforeEach(() => kubectl(['apply', '-f', '-'], rules));
afterAll(() => kubectl(['delete', '--ignore-not-found', '-f', '-'], rules));

/** The containers that run, by their ids. */
async function containers(): Promise<string[]> {
  const ids = await Promise.all([system, bookshop].map((pods) => kubectl(['get', ...pods, '-o', 'jsonpath={.items[*].status.containerStatuses[*].containerID}'])));
  return ids.join(' ').trim().split(' ').sort();
}
const root = (): Promise<string> => kubectl(['-n', 'default', 'get', 'configmap', 'istio-ca-root-cert', '-o', 'jsonpath={.data}']);

async function versions(mesh: { readonly gatewayUrl: string }): Promise<Record<string, number>> {
  return versionsOf(await burst(reviewsUrl(mesh), 20));
}

it.each(restarts)('has its rules and its identities again after %s', { timeout: 600_000 }, async (_, restart) => {
  const before = await kubernetesMesh();
  await eventually(async () => expect(await versions(before)).toEqual({ v3: 20 }), { timeoutMs: 60_000 });
  await before.stop();
  const [rootBefore, containersBefore] = [await root(), await containers()];

  await restart();
  await eventually(async () => {
    const now = await containers();
    expect(now).toHaveLength(containersBefore.length);
    expect(now.filter((id) => containersBefore.includes(id))).toEqual([]);
  }, { timeoutMs: 240_000, everyMs: 1_000 });
  await rolledOut('flotilla-system', ...systemWorkloads);
  await rolledOut('default', ...bookshopWorkloads);

  // It waits for every proxy, each of which had to be certified anew.
  const after = await kubernetesMesh();
  expect(await versions(after)).toEqual({ v3: 20 });
  expect(await root()).toBe(rootBefore);
  await after.apply(example('bookinfo/virtual-service-all-v1.yaml'));
  expect(await versions(after)).toEqual({ v1: 20 });
  await after.stop();
});
