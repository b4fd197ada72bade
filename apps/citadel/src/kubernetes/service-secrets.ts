import { randomBytes } from 'node:crypto';
import { busUsers, natsServerConfig } from '@flotilla/bus';
import type { KubernetesApi } from '@flotilla/kubernetes-api';
import { keptSecret, writeSecretTexts } from './kept-secret.ts';

const random = (): string => randomBytes(32).toString('base64url');

/** A Secret each, so that each service is given its own password and no other. */
const passwordSecretOf = (user: string): string => `flotilla-nats-${user}`;
const serverSecret = 'flotilla-nats-server';
const adminSecret = 'flotilla-admin';

const [clientPort, routePort, monitoringPort] = [4222, 6222, 8222];

/**
 * Makes the Secrets that the services of the control plane mount and wait for: a password each for NATS, the
 * configuration of its servers, the token of the admin APIs. What is there is kept.
 *
 * @param natsServers how many servers the StatefulSet `nats` has
 * @returns the token of the admin APIs
 */
export async function prepareServiceSecrets(api: KubernetesApi, natsServers: number): Promise<string> {
  const passwords: Record<string, string> = {};
  for (const user of busUsers) passwords[user] = (await keptSecret(api, passwordSecretOf(user), () => ({ 'nats.password': random() })))['nats.password'] ?? '';
  const server = await keptSecret(api, serverSecret, () => ({ 'routes.password': random() }));
  const config = natsServerConfig({
    host: '0.0.0.0',
    port: clientPort,
    storeDir: '/var/lib/flotilla',
    passwords,
    monitoringPort,
    ...(natsServers === 1 ? {} : { cluster: { port: routePort, peers: peersOf(api, natsServers), password: server['routes.password'] ?? '' } }),
  });
  if (server['nats.conf'] !== config) await writeSecretTexts(api, serverSecret, { 'nats.conf': config });
  return (await keptSecret(api, adminSecret, () => ({ 'admin.token': random() })))['admin.token'] ?? '';
}

/** Servers are known to each other by the names that the headless Service `nats-peers` gives them. */
function peersOf({ namespace }: KubernetesApi, count: number): string[] {
  return Array.from({ length: count }, (_, index) => `nats-${index}.nats-peers.${namespace}.svc:${routePort}`);
}
