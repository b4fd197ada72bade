const parties = ['source', 'destination'] as const;
/** One end of a connection; also who reports it. */
export type Party = (typeof parties)[number];

const partyParts = ['workload', 'workload_namespace', 'principal', 'app', 'version', 'cluster'] as const;
type PartyLabel<P extends Party> = `${P}_${(typeof partyParts)[number]}`;
const serviceParts = ['destination_service', 'destination_service_name', 'destination_service_namespace'] as const;

/** Istio's standard labels of TCP connections (https://istio.io/latest/docs/reference/config/metrics/). */
export type ConnectionLabel =
  | 'reporter'
  | PartyLabel<Party>
  | (typeof serviceParts)[number]
  | 'request_protocol'
  | 'response_flags'
  | 'connection_security_policy';

/** Istio's standard labels of HTTP and gRPC requests. */
export type RequestLabel = ConnectionLabel | 'response_code' | 'grpc_response_status';

export type ConnectionLabels = Readonly<Record<ConnectionLabel, string>>;
export type RequestLabels = Readonly<Record<RequestLabel, string>>;

export const connectionLabelNames: readonly ConnectionLabel[] = [
  'reporter',
  ...parties.flatMap((party) => partyParts.map((part) => `${party}_${part}` as const)),
  ...serviceParts,
  'request_protocol',
  'response_flags',
  'connection_security_policy',
];
export const requestLabelNames: readonly RequestLabel[] = [...connectionLabelNames, 'response_code', 'grpc_response_status'];

/** Istio's word for what cannot be known. */
export const unknown = 'unknown';
