import { eventually } from '@flotilla/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createApi } from '../src/api.ts';
import type { ProxyState } from '../src/control-plane.ts';
import { echoPod } from '../src/echo-pod.ts';
import { execIn, forwardPort, kubectl, rolledOut } from '../src/kubectl.ts';
import { adminToken, removeAttached, systemWorkloads } from '../src/kubernetes-mesh.ts';
import { callerProgram, RemoteCallers } from '../src/remote-caller.ts';

const callers = new RemoteCallers((pod) => execIn(`pod/${pod}`, 'echo', 'node', '-e', callerProgram));
const ofRevision = ['-l', 'istio.io/rev=canary'];

/** Galley's pod takes a changed ConfigMap in when it begins, and otherwise in the kubelet's own time. */
async function installed(overlay: string): Promise<void> {
  await kubectl(['apply', '-k', overlay]);
  await kubectl(['-n', 'flotilla-system', 'rollout', 'restart', 'deployment/galley']);
  await rolledOut('flotilla-system', ...systemWorkloads);
}

beforeAll(async () => {
  await installed('apps/e2e/kubernetes/canary');
  await rolledOut('flotilla-system', 'deployment/pilot-canary');
});
afterAll(async () => {
  callers.end();
  await removeAttached();
  await kubectl(['-n', 'flotilla-system', 'delete', 'deployments,services', ...ofRevision]);
  await kubectl(['delete', 'mutatingwebhookconfigurations', ...ofRevision]);
  await installed('k8s/overlays/demo');
});

/** The proxies that a Pilot has, by their pods. */
async function pods(pilot: string): Promise<string[]> {
  const forwarded = await forwardPort('flotilla-system', `deployment/${pilot}`, 7020);
  const { body } = await createApi(forwarded.url, await adminToken()).get('/v1/proxies');
  await forwarded.stop();
  return (body as { items: ProxyState[] }).items.filter(({ state }) => state === 'SYNCED').map(({ id }) => id.split('~')[2]?.split('.')[0] ?? id);
}

it('gives a pod the revision that it asks for, in one mesh with all others', async () => {
  const asking = JSON.stringify(echoPod({ app: 'tried', version: 'v2', labels: { 'istio.io/rev': 'canary' } }));
  // Citadel has yet to give the webhook of the revision its root.
  const name = await eventually(() => kubectl(['create', '-o', 'jsonpath={.metadata.name}', '-f', '-'], asking), { timeoutMs: 60_000 });
  await kubectl(['-n', 'default', 'wait', '--for=condition=Ready', `pod/${name}`, '--timeout=120s']);
  expect(JSON.parse(await kubectl(['-n', 'default', 'get', 'pod', name, '-o', 'jsonpath={.metadata.annotations.sidecar\\.istio\\.io/status}']))).toMatchObject({ revision: 'canary' });
  await eventually(async () => expect(await pods('pilot-canary')).toEqual([name]));
  expect(await pods('pilot')).not.toContain(name);
  await eventually(async () => expect(await callers.get(name, 'http://reviews.default:9080/reviews/0')).toMatchObject({ status: 200 }), { timeoutMs: 30_000 });
});
