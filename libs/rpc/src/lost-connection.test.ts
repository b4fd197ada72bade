import { createLogger, systemClock } from '@flotilla/runtime';
import { eventually, startProcess } from '@flotilla/testing';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { fixedCertificates, serveGrpc, serverCredentials, service } from './index.ts';
import { Echo } from './testing/echo-service.ts';
import { testAuthority } from './testing/test-authority.ts';

const clients = 4;
const connections = 8;

it('ends the streams of clients that are killed while they are being written to', { timeout: 60_000 }, async () => {
  const authority = await testAuthority();
  const open = new Set<object>();
  const server = await serveGrpc({
    address: '127.0.0.1:0',
    credentials: serverCredentials(fixedCertificates(await authority.issue('pilot')), { requireClientCertificate: true }),
    logger: createLogger('test', { level: 'silent' }),
    clock: systemClock,
    keepalive: { intervalMs: 500, timeoutMs: 500 },
    services: [
      service(Echo, {
        talk: async (stream) => {
          open.add(stream);
          let room = true;
          stream.onDrain(() => (room = true));
          try {
            for await (const request of stream.requests) {
              stream.write(request);
              if (room) room = stream.write({ value: 'x'.repeat(20_000) });
              await new Promise((resolve) => setTimeout(resolve, 5));
            }
          } finally {
            open.delete(stream);
          }
        },
      }),
    ],
  });
  const folder = mkdtempSync(join(tmpdir(), 'flotilla-rpc-'));
  const { keyPem, certChainPem } = await authority.issue('agent');
  const [key, cert] = [join(folder, 'key'), join(folder, 'cert')];
  writeFileSync(key, keyPem, { mode: 0o600 });
  writeFileSync(cert, certChainPem);

  for (let client = 0; client < clients; client += 1) {
    const child = startProcess(process.execPath, [
      join(import.meta.dirname, 'testing/talking-client.ts'), String(server.port), key, cert, `/${Echo.typeName}/${Echo.method.talk.name}`, String(connections),
    ]);
    await eventually(() => expect(child.output().match(/talking/g)).toHaveLength(connections));
    await child.stop('SIGKILL');
  }
  await eventually(() => expect(open.size).toBe(0), { timeoutMs: 10_000 });
  await server.stop(100);
  rmSync(folder, { recursive: true });
});
