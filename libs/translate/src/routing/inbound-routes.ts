import { inboundCluster } from '../clusters/names.ts';
import type { HttpSide } from '../listeners/http-connection-manager.ts';

/** Every request on a workload's own port goes to its application. */
export function inboundRoutes(port: number): HttpSide['routes'] {
  const cluster = inboundCluster(port);
  return {
    case: 'routeConfig',
    value: {
      name: cluster,
      validateClusters: false,
      virtualHosts: [
        {
          name: `inbound|http|${port}`,
          domains: ['*'],
          routes: [
            {
              name: 'default',
              match: { pathSpecifier: { case: 'prefix', value: '/' } },
              action: { case: 'route', value: { clusterSpecifier: { case: 'cluster', value: cluster }, timeout: { seconds: 0n }, maxStreamDuration: noLimit } },
            },
          ],
        },
      ],
    },
  };
}

/** A caller's deadline is for the caller's sidecar to keep. */
const noLimit = { maxStreamDuration: { seconds: 0n }, grpcTimeoutHeaderMax: { seconds: 0n } };
