import { chown, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { busUsers, natsServerConfig } from '@flotilla/bus';
import { FlotillaError } from '@flotilla/errors';
import { formatSpiffeId, serviceSpiffeId } from '@flotilla/pki';
import { writeFileAtomic } from '@flotilla/runtime';
import { keepSecret, prepareSecrets, secretIn, type Secrets } from './secrets.ts';

/** Whose a file becomes. */
export interface Ownership {
  readonly uid: number;
  readonly gid: number;
}

export interface ProvisionOptions {
  readonly trustDomain: string;
  readonly nowMs: number;
  /** Who reads what is for the control plane, and what is for proxies. */
  readonly controlPlane: Ownership;
  readonly proxy: Ownership;
}

/** The folder of what is kept: everything else can be made of it again. */
const keptFolder = 'kept';
const workloadsFolder = 'workloads';

/** The folders of the control plane, and the files that each of its parts needs, with their text. */
const folders: Readonly<Record<string, (secrets: Secrets) => Readonly<Record<string, string>>>> = {
  nats: (secrets) => natsFiles(secrets),
  citadel: ({ adminToken, tokenKey }) => ({ 'admin.token': secretIn(adminToken), 'identity.key': secretIn(tokenKey) }),
  galley: (secrets) => serviceFiles('galley', secrets),
  pilot: (secrets) => serviceFiles('pilot', secrets),
  mixer: (secrets) => serviceFiles('mixer', secrets),
  operator: ({ adminToken }) => ({ 'admin.token': secretIn(adminToken) }),
};

/**
 * Gives the parts of a mesh of containers their credentials: a file each in those folders under `root` that are there,
 * each of which only one part is meant to see. `kept` holds what must not change; `nats`, `citadel`, `galley`,
 * `pilot`, `mixer` and `operator` are the control plane's, and `workloads/<namespace>/<service account>` a
 * workload's. Files are 0600 and belong to who reads them; tokens are made anew each time.
 *
 * @returns the folders that were filled, by name
 * @throws FlotillaError INVALID_SETTINGS where there is no folder to keep anything in, or one that nobody knows
 */
export async function provision(root: string, options: ProvisionOptions): Promise<string[]> {
  const found = await subfolders(root);
  const unknown = found.filter((name) => name !== keptFolder && name !== workloadsFolder && !(name in folders));
  const problems = [
    ...(found.includes(keptFolder) ? [] : [{ path: join(root, keptFolder), message: 'is needed, to keep what must not change' }]),
    ...unknown.map((name) => ({ path: join(root, name), message: 'is the folder of no part of the mesh', allowed: [keptFolder, ...Object.keys(folders), `${workloadsFolder}/<namespace>/<service account>`].join(', ') })),
  ];
  if (problems.length > 0) throw new FlotillaError('INVALID_SETTINGS', 'the folders for credentials are not as they should be', { problems });

  const workloads = await workloadsUnder(join(root, workloadsFolder));
  const identities = Object.fromEntries([
    ...['galley', 'pilot', 'mixer'].map((name) => [name, [serviceSpiffeId(options.trustDomain, name)]] as const),
    ...workloads.map(({ namespace, serviceAccount }) => [bearerOf({ namespace, serviceAccount }), [formatSpiffeId({ trustDomain: options.trustDomain, namespace, serviceAccount })]] as const),
  ]);
  const secrets = await prepareSecrets(join(root, keptFolder), identities, options.nowMs);

  const filled: string[] = [];
  const fill = async (folder: string, files: Readonly<Record<string, string>>, owner: Ownership): Promise<void> => {
    for (const [name, text] of Object.entries(files)) await handOver(join(root, folder, name), text, owner);
    filled.push(folder);
  };
  for (const [name, files] of Object.entries(folders)) if (found.includes(name)) await fill(name, files(secrets), options.controlPlane);
  for (const workload of workloads) {
    const bearer = bearerOf(workload);
    // Each agent's API has a token of its own: whoever has one of them does not have the mesh's.
    const adminToken = join(root, keptFolder, `${bearer}.admin`);
    await keepSecret(adminToken);
    const files = { 'identity.token': secretIn(secrets.identityToken(bearer)), 'admin.token': secretIn(adminToken) };
    await fill(join(workloadsFolder, workload.namespace, workload.serviceAccount), files, options.proxy);
  }
  return filled;
}

function serviceFiles(name: 'galley' | 'pilot' | 'mixer', { adminToken, busPassword, identityToken }: Secrets): Record<string, string> {
  return { 'admin.token': secretIn(adminToken), 'nats.password': secretIn(busPassword(name)), 'identity.token': secretIn(identityToken(name)) };
}

/** Two configurations: for a server alone, and for three that elect one. */
function natsFiles({ busPassword, routePassword }: Secrets): Record<string, string> {
  const passwords = Object.fromEntries(busUsers.map((user) => [user, secretIn(busPassword(user))]));
  const server = { host: '0.0.0.0', port: 4222, monitoringPort: 8222, storeDir: '/var/lib/flotilla', passwords };
  const cluster = { port: 6222, peers: ['nats-1:6222', 'nats-2:6222', 'nats-3:6222'], password: secretIn(routePassword) };
  return { 'nats.conf': natsServerConfig(server), 'nats-cluster.conf': natsServerConfig({ ...server, cluster }) };
}

function bearerOf({ namespace, serviceAccount }: { readonly namespace: string; readonly serviceAccount: string }): string {
  return `${namespace}.${serviceAccount}`;
}

async function workloadsUnder(folder: string): Promise<{ namespace: string; serviceAccount: string }[]> {
  const namespaces = await subfolders(folder).catch(() => []);
  const each = await Promise.all(namespaces.map(async (namespace) => (await subfolders(join(folder, namespace))).map((serviceAccount) => ({ namespace, serviceAccount }))));
  return each.flat();
}

async function subfolders(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  return entries.filter((entry) => entry.isDirectory()).map(({ name }) => name).sort();
}

/** Writes a secret that only `owner` can read; the right to give files away is needed where that is somebody else. */
async function handOver(path: string, text: string, { uid, gid }: Ownership): Promise<void> {
  await writeFileAtomic(path, `${text}\n`, 0o600);
  const now = await stat(path);
  if (now.uid !== uid || now.gid !== gid) await chown(path, uid, gid);
}
