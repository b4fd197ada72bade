import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { FlotillaError, messageOf } from '@flotilla/errors';

/** Where a cluster's API is, and as whom it is asked. Certificates and keys are PEM. */
export interface ClusterAccess {
  readonly server: string;
  /** Whom the server's certificate is verified by; the system's authorities when absent. */
  readonly ca?: string;
  readonly insecure?: boolean;
  readonly clientCertificate?: { readonly cert: string; readonly key: string };
  /** Asked before each request, for tokens are replaced as they grow old. */
  readonly token?: () => Promise<string>;
  /** The namespace of the pod or of the kubeconfig's context. */
  readonly namespace: string;
}

const mount = '/var/run/secrets/kubernetes.io/serviceaccount';

/**
 * The access that Kubernetes gives each pod: its service account's.
 *
 * @throws FlotillaError INVALID_SETTINGS outside of a pod
 */
export async function podAccess(env: NodeJS.ProcessEnv = process.env, folder = mount): Promise<ClusterAccess> {
  const { KUBERNETES_SERVICE_HOST: host, KUBERNETES_SERVICE_PORT: port = '443' } = env;
  if (host === undefined) throw new FlotillaError('INVALID_SETTINGS', 'This is no pod of a Kubernetes cluster: KUBERNETES_SERVICE_HOST is not set; name a kubeconfig instead');
  const read = async (file: string): Promise<string> => {
    try {
      return await readFile(join(folder, file), 'utf8');
    } catch (error) {
      throw new FlotillaError('INVALID_SETTINGS', `The pod has no token for the API of Kubernetes: ${messageOf(error)}`);
    }
  };
  return {
    server: `https://${host.includes(':') ? `[${host}]` : host}:${port}`,
    ca: await read('ca.crt'),
    token: async () => (await read('token')).trim(),
    namespace: (await read('namespace')).trim(),
  };
}
