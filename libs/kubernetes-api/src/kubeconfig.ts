import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { FlotillaError, messageOf } from '@flotilla/errors';
import { parse } from 'yaml';
import type { ClusterAccess } from './cluster-access.ts';
import { credentialPlugin } from './credential-plugin.ts';
import { isFields, type Fields } from './fields.ts';

/**
 * The access that a kubeconfig describes: certificates, tokens, and programs that are asked for them.
 * https://kubernetes.io/docs/concepts/configuration/organize-cluster-access-kubeconfig/
 *
 * @param context the file's current one when absent
 * @throws FlotillaError INVALID_SETTINGS
 */
export async function kubeconfigAccess(path: string, context?: string): Promise<ClusterAccess> {
  const file = await readKubeconfig(path);
  const chosen = context ?? file['current-context'];
  const { cluster: clusterName, user: userName, namespace = 'default' } = named(file, 'contexts', 'context', chosen, path);
  const cluster = named(file, 'clusters', 'cluster', clusterName, path);
  const user = named(file, 'users', 'user', userName, path);
  const folder = dirname(path);
  const [ca, cert, key] = await Promise.all([
    pem(cluster, 'certificate-authority', folder),
    pem(user, 'client-certificate', folder),
    pem(user, 'client-key', folder),
  ]);
  const token = tokenOf(user, folder);
  return {
    server: String(cluster['server']),
    namespace: String(namespace),
    ...(ca === undefined ? {} : { ca }),
    ...(cluster['insecure-skip-tls-verify'] === true ? { insecure: true } : {}),
    ...(cert === undefined || key === undefined ? {} : { clientCertificate: { cert, key } }),
    ...(token === undefined ? {} : { token }),
  };
}

async function readKubeconfig(path: string): Promise<Fields> {
  try {
    const file: unknown = parse(await readFile(path, 'utf8'));
    return isFields(file) ? file : {};
  } catch (error) {
    throw new FlotillaError('INVALID_SETTINGS', `The kubeconfig ${path} cannot be read: ${messageOf(error)}`);
  }
}

function named(file: Fields, list: string, field: string, name: unknown, path: string): Fields {
  const entries: unknown[] = Array.isArray(file[list]) ? file[list] : [];
  const entry = entries.find((one) => isFields(one) && one['name'] === name);
  const content = isFields(entry) ? entry[field] : undefined;
  if (!isFields(content)) throw new FlotillaError('INVALID_SETTINGS', `The kubeconfig ${path} has no ${field} ${JSON.stringify(name)}`);
  return content;
}

/** What a file holds, or the kubeconfig itself; paths are relative to it. */
async function pem(fields: Fields, name: string, folder: string): Promise<string | undefined> {
  const inline = fields[`${name}-data`];
  if (typeof inline === 'string') return Buffer.from(inline, 'base64').toString('utf8');
  const file = fields[name];
  return typeof file === 'string' ? readFile(resolve(folder, file), 'utf8') : undefined;
}

function tokenOf({ token, tokenFile, exec }: Fields, folder: string): ClusterAccess['token'] {
  if (typeof tokenFile === 'string') return async () => (await readFile(resolve(folder, tokenFile), 'utf8')).trim();
  if (typeof token === 'string') return () => Promise.resolve(token);
  return isFields(exec) ? credentialPlugin(exec) : undefined;
}
