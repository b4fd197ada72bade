import type { RouteAction_HashPolicy } from '@flotilla/envoy-api/envoy/config/route/v3/route_components_pb.js';
import type { Destination, HTTPRetry } from '@flotilla/resources';

/** For whom http routes are made: what of a VirtualService is decided here and never sent to Envoy. */
export interface RouteContext {
  /** Namespace of the VirtualService; gateways named without one are looked up in it. */
  readonly namespace: string;
  /** The gateways this proxy serves here as `namespace/name`; `mesh` for a sidecar. */
  readonly gateways: ReadonlySet<string>;
  /** Port the listener takes requests on. */
  readonly port: number;
  /** Whether that listener terminates TLS; `false` when absent. */
  readonly tls?: boolean;
  readonly sourceLabels: Readonly<Record<string, string>>;
  readonly sourceNamespace: string;
  /** Retries of routes that have none of their own; Istio's where the mesh has none either. */
  readonly defaultRetries: HTTPRetry | undefined;
  /** Name of the cluster that stands for a destination. */
  destinationCluster(destination: Destination): string;
  /** How a destination with a consistent-hash load balancer wants requests hashed; empty for others. */
  hashPolicies(destination: Destination): RouteAction_HashPolicy[];
}
