import { eventually } from '@flotilla/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { markedDetails } from '../../src/marked-details.ts';
import { startProcessMesh, type ProcessMesh } from '../../src/process-mesh.ts';

const hung = 'ratings-v1';

let mesh: ProcessMesh;
let proxies: number;
beforeAll(async () => {
  mesh = await startProcessMesh({ flags: ['--pilots', '2'] });
  proxies = (await Promise.all([...mesh.pilots.values()].map((pilot) => mesh.proxies(pilot)))).flat().length;
});
afterAll(() => mesh.stop());

/** `True 8/8 proxies`, as a user reads it off a resource. */
async function propagated(plural: string, name: string): Promise<string> {
  const { body } = await mesh.galley.get(`/apis/networking.istio.io/${plural === 'envoyfilters' ? 'v1alpha3' : 'v1'}/namespaces/default/${plural}/${name}`);
  const { conditions } = (body as { status: { conditions: { type: string; status: string; message: string }[] } }).status;
  const found = conditions.find(({ type }) => type === 'Propagated');
  return `${found?.status} ${found?.message}`;
}

const details = (): Promise<string> => propagated('virtualservices', 'details');
/** The gateway, too, is a proxy, but this rule is for the mesh. */
const sidecars = (): number => proxies - 1;
const everywhere = (): string => `True ${sidecars()}/${sidecars()} proxies`;

it('counts the Envoys that run what is applied', async () => {
  await mesh.apply(markedDetails('x-change', 'one'));
  await eventually(async () => expect(await details()).toBe(everywhere()));
});

it('names an Envoy that hangs, until it goes on', async () => {
  const { body } = await mesh.agent.get(`/v1/workloads/default/${hung}`);
  const { pid } = (body as { envoy: { pid: number } }).envoy;
  process.kill(pid, 'SIGSTOP');
  try {
    await mesh.apply(markedDetails('x-change', 'two'), { settle: false });
    await eventually(async () => expect(await details()).toMatch(new RegExp(`^False ${sidecars() - 1}/${sidecars()} proxies; waiting for sidecar~.*~${hung}\\.default~`)));
  } finally {
    process.kill(pid, 'SIGCONT');
  }
  await eventually(async () => expect(await details()).toBe(everywhere()));
});

it('shows on an EnvoyFilter why Envoys refuse it, and the rest goes on', async () => {
  await mesh.apply(
    `
apiVersion: networking.istio.io/v1alpha3
kind: EnvoyFilter
metadata: {name: odd, namespace: default}
spec:
  workloadSelector: {labels: {app: details}}
  configPatches:
  - applyTo: HTTP_FILTER
    match: {context: SIDECAR_INBOUND, listener: {filterChain: {filter: {name: envoy.filters.network.http_connection_manager}}}}
    patch:
      operation: INSERT_BEFORE
      value: {name: odd, typed_config: {'@type': type.googleapis.com/envoy.extensions.filters.http.lua.v3.Lua, default_source_code: {inline_string: 'this is no Lua'}}}`,
    { settle: false },
  );
  await eventually(async () => expect(await propagated('envoyfilters', 'odd')).toMatch(/^False 0\/1 proxies; sidecar~.*details-v1.* refuses Listener .*: .*Lua/s));
  await mesh.apply(markedDetails('x-change', 'three'), { settle: false });
  await eventually(async () => expect(await details()).toBe(everywhere()));
  await mesh.remove('EnvoyFilter/default/odd');
});

it('counts the Envoys of a Pilot that is killed where they are now', async () => {
  const victim = [...mesh.pilots.keys()].at(-1) ?? '';
  await mesh.kill([victim]);
  await mesh.apply(markedDetails('x-change', 'four'), { settle: false });
  await eventually(async () => expect(await details()).toBe(everywhere()), { timeoutMs: 30_000 });
  await mesh.returned([victim]);
});
