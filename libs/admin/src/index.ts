export { adminAccess, adminSettings } from './admin-settings.ts';
export type { AdminApp } from './admin-app.ts';
export { createAdminServer, type AdminOptions, type AdminServer } from './create-admin-server.ts';
export { kubernetesStatus } from './error-body.ts';
export type { ServerCertificates } from './secure-server.ts';
export { jsonLine, serverSentEvent } from './streamed-reply.ts';
export type { FastifyReply as AdminReply, FastifyRequest as AdminRequest } from 'fastify';
export { Counter, Gauge, Histogram, Registry } from 'prom-client';
export { Type, type Static, type TSchema } from 'typebox';
