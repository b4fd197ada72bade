import type { HttpSide } from '../listeners/http-connection-manager.ts';

/**
 * Every request on a workload's own port goes to its application.
 *
 * @param port 0 stands for all that no service names
 */
export function inboundRoutes(cluster: string, port: number): HttpSide['routes'] {
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
