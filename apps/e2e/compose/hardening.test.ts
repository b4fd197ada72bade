import { beforeAll, expect, it } from 'vitest';
import { composeMesh, type ComposeMesh } from '../src/compose-mesh.ts';
import { docker, imageOf } from '../src/compose.ts';

/** What is looked at of `docker inspect`. */
interface Container {
  readonly Config: { readonly User: string; readonly Image: string; readonly Labels: Readonly<Record<string, string>>; readonly Healthcheck?: { readonly Test: readonly string[] } };
  readonly State: { readonly Health?: { readonly Status: string } };
  readonly HostConfig: {
    readonly ReadonlyRootfs: boolean; readonly Privileged: boolean; readonly Memory: number; readonly PidsLimit: number;
    readonly CapDrop: readonly string[]; readonly CapAdd: readonly string[] | null; readonly SecurityOpt: readonly string[];
    readonly RestartPolicy: { readonly Name: string };
    readonly PortBindings: Readonly<Record<string, readonly { readonly HostIp: string }[]>> | null;
  };
  readonly Mounts: readonly { readonly Source: string }[];
}

let containers: ReadonlyMap<string, Container>;
let mesh: ComposeMesh;
beforeAll(async () => {
  mesh = await composeMesh();
  const ids = (await mesh.compose.run('ps', '-aq')).split('\n');
  const found = JSON.parse(await docker('inspect', ...ids)) as Container[];
  containers = new Map(found.map((container) => [container.Config.Labels['com.docker.compose.service'] ?? '', container]));
});

/** The steps that need a right: to give files away once, and to turn the connections of a network namespace. */
const rights: Readonly<Record<string, readonly string[]>> = {
  credentials: ['CHOWN'],
  ...Object.fromEntries(['productpage', 'details', 'reviews-v1', 'reviews-v2', 'reviews-v3', 'ratings'].map((name) => [name, ['NET_ADMIN', 'NET_RAW', 'SETUID', 'SETGID']])),
};

it('lets no container do more than it needs', () => {
  expect(containers.size).toBe(27);
  for (const [service, { Config, HostConfig, Mounts }] of containers) {
    const { ReadonlyRootfs, Privileged, CapDrop, CapAdd, Memory, PidsLimit, SecurityOpt, PortBindings } = HostConfig;
    const added = (CapAdd ?? []).map((name) => name.replace(/^CAP_/, ''));
    expect({ service, ReadonlyRootfs, Privileged, CapDrop, added: added.sort() }).toEqual({ service, ReadonlyRootfs: true, Privileged: false, CapDrop: ['ALL'], added: [...(rights[service] ?? [])].sort() });
    expect({ service, root: /^(0|root)?(:|$)/.test(Config.User) }).toEqual({ service, root: service in rights });
    expect({ service, limited: Memory > 0 && PidsLimit > 0 }).toEqual({ service, limited: true });
    expect(SecurityOpt).toContain('no-new-privileges:true');
    expect(Mounts.filter(({ Source }) => Source.includes('docker.sock'))).toEqual([]);
    for (const { HostIp } of Object.values(PortBindings ?? {}).flat()) expect({ service, HostIp }).toEqual({ service, HostIp: '127.0.0.1' });
  }
});

it('watches the health of all that stays, and starts it again', () => {
  for (const [service, { State, HostConfig }] of containers) {
    if (service === 'credentials') continue;
    expect({ service, health: State.Health?.Status, restart: HostConfig.RestartPolicy.Name }).toEqual({ service, health: 'healthy', restart: 'unless-stopped' });
  }
});

it('leaves no process with rights over the network', async () => {
  const held = await mesh.compose.run('exec', '-T', 'reviews-v1', 'sh', '-c', 'for p in /proc/[0-9]*; do grep -hE "^(Name|CapEff)" $p/status; done | paste - -');
  expect(held).toMatch(/sleep\s+CapEff:\s+0{16}/);
});

it("gives each part its own secrets alone, which nobody else can read", async () => {
  const listing = (service: string): Promise<string> => mesh.compose.run('exec', '-T', service, 'find', '/credentials', '-type', 'f', '-printf', '%f %m %U\n');
  const sorted = async (service: string): Promise<string[]> => (await listing(service)).split('\n').sort();
  expect(await sorted('pilot')).toEqual(['admin.token 600 65532', 'identity.token 600 65532', 'nats.password 600 65532']);
  expect(await sorted('citadel')).toEqual(['admin.token 600 65532', 'identity.key 600 65532']);
  expect(await sorted('reviews-v1-proxy')).toEqual(['admin.token 600 1337', 'identity.token 600 1337']);
  expect(containers.get('reviews-v1-app')?.Mounts).toEqual([]);
});

it('builds small images with a bill of their materials', async () => {
  const sizeOf = async (image: string): Promise<number> => Number(await docker('image', 'inspect', '-f', '{{.Size}}', image));
  const layersOf = async (image: string): Promise<string[]> => (await docker('image', 'inspect', '-f', '{{join .RootFS.Layers "\\n"}}', image)).split('\n');
  const base = 'node:24-bookworm-slim';
  for (const app of ['citadel', 'galley', 'pilot', 'mixer', 'cli']) {
    const image = imageOf(app);
    expect(await layersOf(image)).toEqual(expect.arrayContaining(await layersOf(base)));
    expect({ app, megabytes: ((await sizeOf(image)) - (await sizeOf(base))) / 1e6 < 120 }).toEqual({ app, megabytes: true });
    const labels = JSON.parse(await docker('image', 'inspect', '-f', '{{json .Config.Labels}}', image)) as Record<string, string>;
    expect(labels).toMatchObject({ 'org.opencontainers.image.licenses': 'Apache-2.0', 'dev.flotilla.sbom': '/app/sbom.spdx.json' });
    const bill = JSON.parse(await docker('run', '--rm', '--entrypoint', 'cat', image, '/app/sbom.spdx.json')) as { spdxVersion: string; packages: unknown[] };
    expect(bill.spdxVersion).toBe('SPDX-2.3');
    expect(bill.packages.length).toBeGreaterThan(5);
  }
});
