import { createAdminServer, type AdminServer, type ServerCertificates } from '@flotilla/admin';
import type { InjectionOptions } from '@flotilla/injection';
import type { Logger } from '@flotilla/runtime';
import { readReview, reviewOf } from './admission-review.ts';
import { inject } from './inject.ts';
import { defaultRevision } from './injection-folder.ts';
import { judgeResource } from './judge-resource.ts';

export interface WebhookOptions {
  readonly host: string;
  readonly port: number;
  readonly version: string;
  readonly certificates: ServerCertificates;
  /** What injection is told for a revision; asked for each pod. */
  readonly injection: (revision: string) => Promise<InjectionOptions>;
  readonly logger: Logger;
}

/** What the API server of a cluster asks before it takes our resources, and before it makes pods: `/validate`, and `/inject` or `/inject/<revision>`. */
export async function createWebhooks({ host, port, version, certificates, injection, logger }: WebhookOptions): Promise<AdminServer> {
  const server = await createAdminServer({
    name: 'galley-webhooks',
    version,
    description: 'Admission of resources and pods for the API server of a Kubernetes cluster.',
    logger,
    host,
    port,
    certificates,
    ready: () => [],
  });
  server.app.post('/validate', ({ body }) => {
    const request = readReview(body);
    return reviewOf(request, judgeResource(request));
  });
  server.app.post<{ Params: { revision?: string } }>('/inject/:revision?', async ({ body, params: { revision = defaultRevision } }) => {
    const request = readReview(body);
    return reviewOf(request, inject(request, await injection(revision)));
  });
  return server;
}
