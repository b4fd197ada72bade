import { createLogger, systemClock } from '@flotilla/runtime';
import { connect } from 'node:tls';
import { afterEach, expect, it } from 'vitest';
import {
  anonymousClientCredentials, clientCredentials, createClient, fixedCertificates, serveGrpc, serverCredentials, service, spiffeIdOf,
  type CertificateSource, type GrpcClient, type GrpcClientCredentials, type GrpcServer,
} from './index.ts';
import { Echo } from './testing/echo-service.ts';
import { Rotating, spiffeId, testAuthority } from './testing/test-authority.ts';

const authority = await testAuthority();
const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

async function serve(source: CertificateSource, requireClientCertificate = true): Promise<GrpcServer> {
  const server = await serveGrpc({
    address: '127.0.0.1:0',
    credentials: serverCredentials(source, { requireClientCertificate }),
    logger: createLogger('test', { level: 'silent' }),
    clock: systemClock,
    services: [
      service(Echo, {
        say: (_, call) => ({ value: call.peerSpiffeId ?? 'nobody' }),
        talk: async (stream) => {
          for await (const request of stream.requests) stream.write(request);
        },
      }),
    ],
  });
  closing.push(() => server.stop(100));
  return server;
}

function clientOf(server: GrpcServer, credentials: GrpcClientCredentials): GrpcClient<typeof Echo> {
  const client = createClient(Echo, server.address, credentials);
  closing.push(() => client.close());
  return client;
}

const trusting = { serverSpiffeIds: [spiffeId('pilot')] };
const say = async (client: GrpcClient<typeof Echo>): Promise<string> => (await client.methods.say({}, { deadlineMs: 5_000 })).value;
const unreachable = { code: 'CONTROL_PLANE_UNREACHABLE' };

/** The serial number of the certificate a new connection is shown. */
function shownSerial(port: number): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: '127.0.0.1', port, rejectUnauthorized: false }, () => {
      resolve(socket.getPeerCertificate().serialNumber);
      socket.destroy();
    });
    socket.on('error', reject);
  });
}

it('proves both sides to each other', async () => {
  const server = await serve(fixedCertificates(await authority.issue('pilot')));
  const client = clientOf(server, clientCredentials(fixedCertificates(await authority.issue('agent')), trusting));
  expect(await say(client)).toBe(spiffeId('agent'));
});

it('refuses clients without a certificate, and those of another authority', async () => {
  const server = await serve(fixedCertificates(await authority.issue('pilot')));
  const anonymous = clientOf(server, anonymousClientCredentials({ rootPem: authority.rootPem, ...trusting }));
  await expect(say(anonymous)).rejects.toMatchObject(unreachable);
  const foreign = { ...(await (await testAuthority()).issue('agent')), rootPem: authority.rootPem };
  await expect(say(clientOf(server, clientCredentials(fixedCertificates(foreign), trusting)))).rejects.toMatchObject(unreachable);
});

it('lets clients without a certificate in where it is told to, as nobody', async () => {
  const server = await serve(fixedCertificates(await authority.issue('pilot')), false);
  expect(await say(clientOf(server, anonymousClientCredentials({ rootPem: authority.rootPem, ...trusting })))).toBe('nobody');
  expect(await say(clientOf(server, clientCredentials(fixedCertificates(await authority.issue('agent')), trusting)))).toBe(spiffeId('agent'));
  const foreign = { ...(await (await testAuthority()).issue('agent')), rootPem: authority.rootPem };
  expect(await say(clientOf(server, clientCredentials(fixedCertificates(foreign), trusting)))).toBe('nobody');
});

it('does not talk to a server of another name or authority', async () => {
  const mixer = await serve(fixedCertificates(await authority.issue('mixer')));
  const agent = fixedCertificates(await authority.issue('agent'));
  const misled: unknown = await say(clientOf(mixer, clientCredentials(agent, trusting))).catch((error: unknown) => error);
  expect(misled).toMatchObject(unreachable);
  expect(String(misled)).toContain(`the server proves ${spiffeId('mixer')}, expected ${spiffeId('pilot')}`);
  const foreign = await serve(fixedCertificates(await (await testAuthority()).issue('pilot')));
  await expect(say(clientOf(foreign, clientCredentials(agent, trusting)))).rejects.toMatchObject(unreachable);
});

it('rotates the certificate of a server: open streams go on, new connections see the new one', async () => {
  const source = new Rotating(await authority.issue('pilot'));
  const server = await serve(source);
  const agent = fixedCertificates(await authority.issue('agent'));
  const talk = clientOf(server, clientCredentials(agent, trusting)).methods.talk();
  const answers = talk.responses[Symbol.asyncIterator]();
  talk.write({ value: 'before' });
  expect((await answers.next()).value).toMatchObject({ value: 'before' });
  const before = await shownSerial(server.port);

  source.rotate(await authority.issue('pilot'));
  expect(await shownSerial(server.port)).not.toBe(before);
  talk.write({ value: 'after' });
  expect((await answers.next()).value).toMatchObject({ value: 'after' });
  expect(await say(clientOf(server, clientCredentials(agent, trusting)))).toBe(spiffeId('agent'));
});

it('replaces the root of a server: clients of both roots are let in meanwhile', async () => {
  const next = await testAuthority();
  const old = await authority.issue('pilot');
  const source = new Rotating(old);
  const server = await serve(source);
  const bothRoots = authority.rootPem + next.rootPem;
  const ofNext = fixedCertificates({ ...(await next.issue('agent')), rootPem: bothRoots });
  await expect(say(clientOf(server, clientCredentials(ofNext, trusting)))).rejects.toMatchObject(unreachable);

  source.rotate({ ...old, rootPem: bothRoots });
  expect(await say(clientOf(server, clientCredentials(ofNext, trusting)))).toBe(spiffeId('agent'));
  source.rotate({ ...(await next.issue('pilot')), rootPem: bothRoots });
  const ofOld = fixedCertificates({ ...(await authority.issue('agent')), rootPem: bothRoots });
  expect(await say(clientOf(server, clientCredentials(ofOld, trusting)))).toBe(spiffeId('agent'));
});

it('uses the newest certificate of a client for each new connection', async () => {
  const certificates = await authority.issue('pilot');
  const first = await serve(fixedCertificates(certificates));
  const source = new Rotating(await authority.issue('agent'));
  const client = clientOf(first, clientCredentials(source, trusting));
  expect(await say(client)).toBe(spiffeId('agent'));
  source.rotate(await authority.issue('renamed'));
  expect(await say(client)).toBe(spiffeId('agent'));

  await first.stop(0);
  const second = await serveGrpc({
    address: first.address, credentials: serverCredentials(fixedCertificates(certificates), { requireClientCertificate: true }),
    logger: createLogger('test', { level: 'silent' }), clock: systemClock,
    services: [service(Echo, { say: (_, call) => ({ value: call.peerSpiffeId ?? 'nobody' }) })],
  });
  closing.push(() => second.stop(100));
  await expect.poll(() => say(client).catch(() => ''), { timeout: 10_000 }).toBe(spiffeId('renamed'));
});

it('reads one SPIFFE id from a certificate, or none', () => {
  expect(spiffeIdOf({ subjectaltname: 'DNS:localhost, URI:spiffe://cluster.local/ns/a/sa/b' })).toBe('spiffe://cluster.local/ns/a/sa/b');
  for (const subjectaltname of ['', 'DNS:spiffe://cluster.local/ns/a/sa/b', 'URI:https://x/y', 'URI:spiffe://td/a, URI:spiffe://td/b', 'DNS:"x, URI:spiffe://td/a", URI:https://x']) {
    expect(spiffeIdOf({ subjectaltname })).toBeUndefined();
  }
});
