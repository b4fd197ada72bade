import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { rename, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect } from 'node:tls';
import { createRoot, generateKeyPair, issueCertificate, loadAuthority, privateKeyPem } from '@flotilla/pki';
import { plaintextServerCredentials, serveGrpc, type GrpcServer } from '@flotilla/rpc';
import { createLogger, systemClock } from '@flotilla/runtime';
import { secretService } from '@flotilla/sds';
import { eventually, freePort, startEnvoy, type TestEnvoy } from '@flotilla/testing';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { fileSecret } from './file-secrets.ts';
import { secret, secretCluster } from './static-cluster.ts';

const logger = createLogger('test', { level: 'silent' });
const lifetimeMs = 3_600_000;
const root = await createRoot({ trustDomain: 'example.com', nowMs: Date.now(), lifetimeMs, serial: randomBytes(16) });
const authority = await loadAuthority(root, 'example.com');

let folder: string;
let server: GrpcServer;
let envoy: TestEnvoy | undefined;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'flotilla-files-'));
  const source = { current: () => ({ get: fileSecret }), onChange: () => () => undefined };
  server = await serveGrpc({ address: `unix:${join(folder, 'sds')}`, credentials: plaintextServerCredentials(), services: [secretService(() => source, logger)], logger, clock: systemClock });
});
afterEach(async () => {
  await envoy?.stop();
  await server.stop(0);
  rmSync(folder, { recursive: true, force: true });
});

/** Moves a new certificate and its key into their places. */
async function put(): Promise<void> {
  const keys = await generateKeyPair();
  const { certificatePem } = await issueCertificate(authority, {
    spiffeId: 'spiffe://example.com/ns/a/sa/b', publicKey: keys.publicKey, dnsNames: ['files.example.com'], nowMs: Date.now(), lifetimeMs, serial: randomBytes(16),
  });
  for (const [name, text] of [['tls.crt', certificatePem], ['tls.key', await privateKeyPem(keys)], ['ca.crt', root.certificatePem]] as const) {
    await writeFile(join(folder, `.${name}`), text, { mode: 0o600 });
    await rename(join(folder, `.${name}`), join(folder, name));
  }
}

/** The serial number of the certificate that is served on a port. */
function serialAt(port: number): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: '127.0.0.1', port, servername: 'files.example.com', ca: root.certificatePem }, () => {
      resolve(socket.getPeerCertificate().serialNumber);
      socket.destroy();
    });
    socket.on('error', reject);
  });
}

it('names files to Envoy, which reads them again when others are moved into their places', async () => {
  await put();
  const port = await freePort();
  const context = {
    '@type': 'type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.DownstreamTlsContext',
    common_tls_context: {
      tls_certificate_sds_secret_configs: [secret(`file-cert:${join(folder, 'tls.crt')}~${join(folder, 'tls.key')}`)],
      validation_context_sds_secret_config: secret(`file-root:${join(folder, 'ca.crt')}`),
    },
  };
  const echo = { name: 'envoy.filters.network.echo', typed_config: { '@type': 'type.googleapis.com/envoy.extensions.filters.network.echo.v3.Echo' } };
  const listener = {
    name: 'files', address: { socket_address: { address: '127.0.0.1', port_value: port } },
    filter_chains: [{ transport_socket: { name: 'envoy.transport_sockets.tls', typed_config: context }, filters: [echo] }],
  };
  envoy = await startEnvoy({ node: { id: 'files', cluster: 'files' }, static_resources: { clusters: [secretCluster(join(folder, 'sds'))], listeners: [listener] } });
  const before = await serialAt(port);
  await put();
  await eventually(async () => expect(await serialAt(port)).not.toBe(before));
});

it.each(['default', 'file-cert:/only-one', 'file-root:', 'kubernetes://a'])('knows nothing by the name %s', (name) => {
  expect(fileSecret(name)).toBeUndefined();
});
