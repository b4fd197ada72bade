import { Type, type Static } from 'typebox';
import { ConnectionPoolSettings } from '../destination-rule/connection-pool.ts';
import { ServerTLSSettings } from '../gateway/server-tls.ts';
import { message } from '../schema/message.ts';
import { oneOf, portOrZero, text } from '../schema/scalars.ts';
import { LabelsSelector } from '../schema/workload-selector.ts';
import { Destination } from '../virtual-service/destination.ts';

/** A port that a sidecar listens on. The number is left out where a unix socket is bound, and only there. */
export const SidecarPort = message({}, { number: portOrZero(), protocol: text(), name: text(), targetPort: portOrZero({ deprecated: true }) });
export type SidecarPort = Static<typeof SidecarPort>;

export const CaptureMode = oneOf('DEFAULT', 'IPTABLES', 'NONE');
export type CaptureMode = Static<typeof CaptureMode>;

/** Traffic that comes to the workload at one port. */
export const IstioIngressListener = message(
  { port: SidecarPort },
  { bind: text(), captureMode: CaptureMode, defaultEndpoint: text(), tls: ServerTLSSettings, connectionPool: ConnectionPoolSettings },
);
export type IstioIngressListener = Static<typeof IstioIngressListener>;

/** Traffic that leaves the workload: by one port, or, without one, by all that no other listener names. */
export const IstioEgressListener = message(
  { hosts: Type.Array(Type.String(), { minItems: 1, description: 'As namespace/host.' }) },
  { port: SidecarPort, bind: text(), captureMode: CaptureMode },
);
export type IstioEgressListener = Static<typeof IstioEgressListener>;

/** What becomes of requests for hosts that the sidecar does not know; REGISTRY_ONLY where no mode is given. */
export const OutboundTrafficPolicy = message({}, { mode: oneOf('REGISTRY_ONLY', 'ALLOW_ANY'), egressProxy: Destination });
export type OutboundTrafficPolicy = Static<typeof OutboundTrafficPolicy>;

/** What a sidecar takes in and may reach. https://istio.io/latest/docs/reference/config/networking/sidecar/ */
export const SidecarSpec = message(
  {},
  {
    workloadSelector: LabelsSelector,
    ingress: Type.Array(IstioIngressListener),
    egress: Type.Array(IstioEgressListener),
    inboundConnectionPool: ConnectionPoolSettings,
    outboundTrafficPolicy: OutboundTrafficPolicy,
  },
  'What the sidecars of selected workloads, of a namespace or of the mesh take in and may reach.',
);
export type SidecarSpec = Static<typeof SidecarSpec>;
