import { createServer } from 'node:https';
import type { FastifyServerFactory } from 'fastify';

/** A certificate with its key, both PEM, which may be replaced while it is served. */
export interface ServerCertificates {
  current(): { readonly keyPem: string; readonly certChainPem: string };
  onRotate(listener: () => void): () => void;
}

/** Makes an HTTPS server whose new connections have the newest certificate. */
export function secureServer(certificates: ServerCertificates): FastifyServerFactory {
  const context = () => {
    const { keyPem, certChainPem } = certificates.current();
    return { key: keyPem, cert: certChainPem, minVersion: 'TLSv1.2' as const };
  };
  return (handle) => {
    const server = createServer(context(), handle);
    const forget = certificates.onRotate(() => server.setSecureContext(context()));
    server.on('close', forget);
    return server;
  };
}
