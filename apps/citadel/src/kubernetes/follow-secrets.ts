import { ListWatch, objectKey, type KubernetesApi } from '@flotilla/kubernetes-api';
import type { Clock, Logger } from '@flotilla/runtime';
import { readCredential, type Credential } from '../credentials/credential.ts';
import { ownLabels } from './kept-secret.ts';

export interface SecretsOptions {
  readonly api: KubernetesApi;
  /** Where gateways are, and the Secrets with their certificates. */
  readonly namespaces: readonly string[];
  readonly clock: Clock;
  readonly logger: Logger;
}

/**
 * Follows the Secrets of some namespaces. One that is no credential is none of the mesh's; one that was and is replaced by
 * something unusable stays as it was, and that is logged.
 *
 * @param onChange told of all credentials, at first and after each change
 * @returns ends it
 */
export function followSecrets({ api, namespaces, clock, logger }: SecretsOptions, onChange: (credentials: readonly Credential[]) => void): () => Promise<void> {
  const credentials = new Map<string, Credential>();
  const tell = (): void => onChange([...credentials.keys()].sort().flatMap((key) => credentials.get(key) ?? []));
  const watches = namespaces.map(
    (namespace) =>
      new ListWatch({
        api,
        path: `/api/v1/namespaces/${namespace}/secrets`,
        // Citadel's own are for the control plane, not for gateways.
        query: { labelSelector: `app.kubernetes.io/managed-by!=${ownLabels['app.kubernetes.io/managed-by']}` },
        clock,
        logger,
        onSettled: tell,
        onChange({ upserts, removals }) {
          for (const secret of upserts) {
            const read = readCredential(secret);
            if ('credential' in read) credentials.set(objectKey(secret), read.credential);
            else if (credentials.has(objectKey(secret))) logger.warn({ secret: objectKey(secret), problems: read.problems }, 'a credential cannot be used any more; what it was before stays');
          }
          for (const key of removals) credentials.delete(key);
          tell();
        },
      }),
  );
  return async () => {
    await Promise.all(watches.map((watch) => watch.stop()));
  };
}
