import { afterAll, beforeAll, expect, it } from 'vitest';
import { eventually } from '@flotilla/testing';
import { composeProject } from '../src/compose-mesh.ts';
import { Compose } from '../src/compose.ts';
import { killPrograms } from '../src/killed-container.ts';
import { markedDetails } from '../src/marked-details.ts';

/** The bus and its writer are enough: a project of its own, beside the one of the other tests. */
const services = ['nats', 'citadel', 'galley'];
const project = `${process.env[composeProject.name] ?? ''}-ha`;
const folder = process.env[composeProject.folder] ?? '';
const alone = new Compose(project, folder);
const compose = new Compose(project, folder, ['docker-compose.ha.yml']);
const up = ['up', '-d', '--no-build', '--wait', ...services];

beforeAll(() => alone.run(...up));
afterAll(() => compose.run('down', '--volumes', '--timeout', '5'));

/** What Galley answers to a program beside it. */
async function galley(request: string): Promise<string> {
  const token = "require('node:fs').readFileSync('/credentials/admin.token', 'utf8').trim()";
  return compose.run('exec', '-T', 'galley', 'node', '-e', `fetch('http://127.0.0.1:7010${request}, headers: { authorization: 'Bearer ' + ${token}, 'content-type': 'application/yaml' } }).then(async (response) => console.log(response.status, await response.text()))`);
}

it('brings along what one server had, keeps every store three times, and takes changes in while a server is away', async () => {
  const apply = (mark: string): Promise<string> => galley(`/v1/apply', { method: 'POST', body: ${JSON.stringify(markedDetails('x-mark', mark))}`);
  const applied = (): Promise<string> => galley("/apis/networking.istio.io/v1/namespaces/default/virtualservices/details', { method: 'GET'");
  expect(await apply('of one server')).toMatch(/^200 /);
  await compose.run(...up, 'nats-2', 'nats-3');
  expect(await applied()).toContain('of one server');
  expect(await apply('of three')).toMatch(/^200 /);
  const replicas = await compose.run('exec', '-T', 'nats-2', 'node', '-e', "fetch('http://127.0.0.1:8222/jsz?streams=true&config=true').then((response) => response.json()).then((all) => console.log(all.account_details.flatMap((account) => account.stream_detail).map(({ config }) => config.num_replicas).join()))");
  expect(replicas).toBe('3,3');

  const returned = await killPrograms(compose, 'nats-3');
  await eventually(async () => {
    const answer = await apply('while one is away');
    if (!answer.startsWith('200 ')) throw new Error(answer);
  }, { timeoutMs: 60_000, everyMs: 500 });
  await returned();
  expect(await applied()).toContain('while one is away');
});
