import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { eventually } from '@flotilla/testing';
import { composeMesh, composeProject, type ComposeMesh } from '../src/compose-mesh.ts';
import { Compose } from '../src/compose.ts';

const folder = process.env[composeProject.folder] ?? '';
const guide = readFileSync(resolve(import.meta.dirname, '../../../docs/compose.md'), 'utf8');

/** The text of a file as the guide shows it. */
function shown(file: string): string {
  const [, text] = new RegExp(`\`\`\`yaml\\n# ${file}\\n([^]*?)\`\`\``).exec(guide) ?? [];
  if (text === undefined) throw new Error(`docs/compose.md does not show ${file}`);
  return text;
}

let mesh: ComposeMesh;
let scratch: string;
let compose: Compose;
const services = ['orders', 'orders-proxy', 'orders-app'];

beforeAll(async () => {
  mesh = await composeMesh();
  scratch = mkdtempSync(join(tmpdir(), 'flotilla-guide-'));
  const file = join(scratch, 'orders.yml');
  // It is written to stand beside docker-compose.yml.
  writeFileSync(file, shown('orders.yml').replaceAll('file: docker/', `file: ${folder}/docker/`));
  compose = new Compose(mesh.compose.project, folder, [file]);
});

afterAll(async () => {
  await compose.run('rm', '-sf', ...services);
  await mesh.stop();
  rmSync(scratch, { recursive: true, force: true });
});

it('brings a service into the mesh from nothing, as the guide says', async () => {
  await compose.run('up', '-d', '--wait');
  await mesh.apply(shown('orders-service.yaml'), { settle: false });
  const answered = await eventually(async () => {
    const answer = await mesh.callFrom('productpage-v1', 'http://orders:8000/');
    if (answer.status !== 200) throw new Error(`orders answered ${answer.status}: ${answer.body}`);
    return answer;
  }, { timeoutMs: 60_000, everyMs: 500 });
  // What came through both proxies says so: by mTLS, with the identity of the caller.
  expect(answered.headers['x-envoy-upstream-service-time']).toBeDefined();
  expect(answered.body).toContain('spiffe://cluster.local/ns/default/sa/bookinfo-productpage');
  // Past the mesh there is no way in.
  const past = await compose.run('exec', '-T', 'admin', 'node', '-e', "fetch('http://orders:8000/').then(({ status }) => console.log(status), ({ cause }) => console.log(cause.code))");
  expect(past).toMatch(/ECONNRESET|UND_ERR_SOCKET/);
});
