import { Type, type AdminApp } from '@flotilla/admin';
import type { IssueLog } from './issue-log.ts';

const issueRecordSchema = Type.Object({
  identity: Type.String(),
  serial: Type.String(),
  issuedAt: Type.String(),
  notAfter: Type.String(),
  requestedBy: Type.String(),
  renewal: Type.Boolean(),
});

/** Citadel's own routes: the root that everyone trusts, and what was issued lately. */
export function addRoutes(app: AdminApp, { rootPem, issues }: { readonly rootPem: string; readonly issues: IssueLog }): void {
  app.get(
    '/v1/root',
    { schema: { summary: 'The root certificate of the mesh, PEM.', response: { 200: { content: { 'application/x-pem-file': { schema: Type.String() } } } } } },
    async (_request, reply) => {
      void reply.type('application/x-pem-file');
      return Promise.resolve(rootPem);
    },
  );

  app.get(
    '/v1/issued',
    { schema: { summary: 'Certificates issued lately, newest first.', response: { 200: Type.Object({ items: Type.Array(issueRecordSchema) }) } } },
    () => ({ items: [...issues.recent()] }),
  );
}
