import { withoutEffect } from '../mesh-config/without-effect.ts';
import type { KindName } from '../resource.ts';

/** Why a field does not do what its name says. */
export interface Unsupported {
  /** Whether a resource that sets it is refused; else it is taken with a warning, and the field has no effect. */
  readonly refused: boolean;
  /** A sentence without a full stop. */
  readonly reason: string;
}

const refused = (reason: string): Unsupported => ({ refused: true, reason });
const ignored = (reason: string): Unsupported => ({ refused: false, reason });

const delay = 'spec.http[].fault.delay';
const abort = 'spec.http[].fault.abort';

/**
 * The fields that do not take effect, by kind and path; all others of the kinds' schemas do. A test holds
 * them to that, and docs/compatibility.md is made from this.
 */
export const unsupportedFields: Readonly<Partial<Record<KindName, Readonly<Record<string, Unsupported>>>>> = {
  VirtualService: {
    [`${delay}.exponentialDelay`]: refused('Envoy delays by a fixed time only'),
    [`${abort}.http2Error`]: refused('Envoy aborts with an HTTP or gRPC status only'),
    'spec.http[].websocketUpgrade': ignored('websockets always work'),
  },
  Gateway: {
    'spec.servers[].name': ignored('servers are told apart by the names of their ports'),
    'spec.servers[].defaultEndpoint': ignored('VirtualServices say where requests go'),
    'spec.servers[].tls.tlsCertificates[].caCertificates': ignored('caCertificates of the server say whom clients are verified by'),
    'spec.servers[].port.targetPort': ignored('services before the gateway say which port they forward to'),
  },
  Sidecar: {
    ...Object.fromEntries(['httpsRedirect', 'credentialName', 'credentialNames', 'caCertCredentialName', 'tlsCertificates', 'subjectAltNames'].map((field) => [`spec.ingress[].tls.${field}`, refused('it is for gateways')])),
    'spec.ingress[].port.targetPort': ignored('defaultEndpoint says where the application listens'),
    'spec.egress[].port.targetPort': ignored('services say where their endpoints listen'),
  },
  EnvoyFilter: {
    'spec.targetRefs': ignored('they are of the Kubernetes Gateway API, to which no proxy here belongs, so that the filter is for nobody'),
    'spec.configPatches[].match.listener.portName': ignored('listeners have no names of ports'),
    'spec.configPatches[].match.waypoint': ignored('there are no waypoints here, so that the patch is for nobody'),
  },
  ProxyConfig: {
    'spec.image': ignored('agents run the Envoy that is on their machine'),
  },
  WorkloadGroup: { 'spec.template.address': ignored('every workload registers its own') },
  MeshConfig: Object.fromEntries(Object.entries(withoutEffect).map(([field, reason]) => [`spec.${field}`, ignored(reason)])),
};

/**
 * One place for fields that stand in several: a subset's traffic policy has the fields of the rule's, and a
 * port's settings have those of the policy.
 */
export function canonicalField(field: string): string {
  return field.replace(/^spec\.subsets\[\]\.trafficPolicy(?=\.)/, 'spec.trafficPolicy').replace(/\.portLevelSettings\[\]\.(?!port\b)/, '.');
}

/** What is said of a field in {@link unsupportedFields}, or of the message it is in. */
export function unsupported(kind: KindName, field: string): Unsupported | undefined {
  const fields = unsupportedFields[kind];
  if (fields === undefined) return undefined;
  const canonical = canonicalField(field);
  const known = Object.keys(fields).find((name) => canonical === name || canonical.startsWith(`${name}.`) || canonical.startsWith(`${name}[`));
  return known === undefined ? undefined : fields[known];
}
