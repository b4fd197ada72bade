import { createServer, type AddressInfo, type Server } from 'node:net';
import { join } from 'node:path';
import { loadSettings } from '@flotilla/runtime';
import { afterEach, describe, expect, it } from 'vitest';
import { workspace } from '../bootstrap/prepare.ts';
import { checkSettings } from './check-settings.ts';
import { claimsOf } from './claims.ts';
import { demoResources } from './demo-resources.ts';
import { checkPorts } from './port-check.ts';
import { launcherSettings, partNames, type LauncherSettings } from './settings.ts';
import { addressAbove, bookshopServices, ingressGateway } from './workloads.ts';

const settings: LauncherSettings = {
  only: [...partNames], home: '.flotilla', addresses: '127.20.0.0', certificateLifetime: '1h', logLevel: 'info',
  gatewayPort: 8080, galleyPort: 7010, pilotPort: 7020, mixerPort: 7030, citadelPort: 7040, agentPort: 7050,
  pilots: 1, xdsPort: 15_012, csrPort: 15_013, credentialsPort: 15_018, telemetryPort: 15_004, registryPort: 15_019, natsPort: 4222,
};
const services = bookshopServices(settings.addresses);

describe('workloads', () => {
  it('have the names and labels of Bookinfo, each an address of its own', () => {
    const workloads = [ingressGateway(settings.addresses), ...services.map(({ workload }) => workload)];
    expect(workloads.map(({ name }) => name)).toEqual(['istio-ingressgateway', 'productpage-v1', 'details-v1', 'reviews-v1', 'reviews-v2', 'reviews-v3', 'ratings-v1']);
    expect(new Set(workloads.map(({ address }) => address)).size).toBe(workloads.length);
    expect(workloads[3]).toMatchObject({ serviceAccount: 'bookinfo-reviews', labels: { app: 'reviews', version: 'v1' }, address: '127.20.0.4' });
  });

  it('count addresses across bytes', () => {
    expect(addressAbove('127.20.0.254', 3)).toBe('127.20.1.1');
  });
});

describe('ports', () => {
  let squatter: Server | undefined;
  afterEach(() => squatter?.close());

  it('are claimed for the chosen parts alone', () => {
    const owners = (only: LauncherSettings['only']) => claimsOf({ ...settings, only, insecureXds: '127.0.0.1:15010' }, services).map(({ port }) => port);
    expect(owners(['nats', 'galley', 'pilot'])).toEqual([4222, 7010, 15_019, 7020, 15_012, 15_010]);
    expect(owners(settings.only)).toEqual(expect.arrayContaining([8080, 7050, 9080, 15_002]));
    expect(claimsOf({ ...settings, only: ['pilot'], pilots: 3 }, services).map(({ port }) => port)).toEqual([7020, 15_012, 7120, 15_112, 7220, 15_212]);
  });

  it('that are taken are told in one line with the port, who wants it and the flag', async () => {
    const server = createServer();
    squatter = server;
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
    const { port } = server.address() as AddressInfo;
    const claim = { host: '127.0.0.1', port, owner: "Pilot's admin API", flag: '--pilot-port' };
    await expect(checkPorts([claim])).rejects.toMatchObject({
      code: 'PORT_TAKEN',
      message: `Port ${port} on 127.0.0.1, which Pilot's admin API wants, is taken already: free it or choose another with --pilot-port.`,
    });
  });

  it('that two parts want are told as such', async () => {
    const claims = claimsOf({ ...settings, only: ['nats', 'citadel'], natsPort: 7040 }, services);
    await expect(checkPorts(claims)).rejects.toThrow("Port 7040 on 127.0.0.1 is wanted by both nats-server (--nats-port) and Citadel's admin API (--citadel-port).");
  });
});

describe('flags', () => {
  it('that go together are taken', () => {
    expect(checkSettings(settings)).toBe(settings);
    expect(checkSettings({ ...settings, only: ['nats', 'galley', 'pilot'], insecureXds: '127.0.0.1:15010' }).only).toHaveLength(3);
  });

  it('refuse a lifetime that is none before anything is started', () => {
    const read = (lifetime: string): LauncherSettings => loadSettings(launcherSettings, { argv: ['--certificate-lifetime', lifetime], env: {}, name: 'npm start --', description: '' });
    expect(read('1h30m').certificateLifetime).toBe('1h30m');
    expect(() => read('soon')).toThrow(expect.objectContaining({ code: 'INVALID_SETTINGS', problems: [expect.objectContaining({ path: '--certificate-lifetime', found: 'soon' })] }) as Error);
  });

  it('that do not are all told at once', () => {
    const wrong = [
      { path: '--only', message: 'mixer needs galley, citadel too' },
      { path: '--insecure-xds', message: 'plaintext xDS is for this machine alone' },
      { path: '--insecure-xds', message: 'needs pilot among --only' },
      { path: '--config', message: 'is not a folder' },
      { path: '--config', message: 'needs galley among --only' },
    ];
    expect(() => checkSettings({ ...settings, only: ['nats', 'mixer'], insecureXds: '0.0.0.0:15010', config: '/nowhere/at/all' })).toThrow(
      expect.objectContaining({ code: 'INVALID_SETTINGS', problems: wrong.map((problem) => expect.objectContaining(problem) as unknown) }) as Error,
    );
  });
});

it("the demo's resources are valid, its Gateway on the port that was asked for", () => {
  const resources = demoResources(join(workspace, 'examples/bookshop/mesh'), 8081);
  expect(resources.map(({ kind, metadata }) => `${kind}/${metadata.name}`)).toEqual([
    'Gateway/bookinfo-gateway', 'VirtualService/bookinfo',
    'ServiceEntry/productpage', 'ServiceEntry/details', 'ServiceEntry/reviews', 'ServiceEntry/ratings',
  ]);
  expect(resources[0]?.kind === 'Gateway' && resources[0].spec.servers[0]?.port.number).toBe(8081);
});
