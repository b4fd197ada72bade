import { subnetOf } from '@flotilla/resources';

/** What an annotation of Istio's is for. https://istio.io/latest/docs/reference/config/annotations/ */
export interface KnownAnnotation {
  /** The kinds that it says something on; all when absent. */
  readonly kinds?: readonly string[];
  readonly deprecated?: true;
  readonly allows?: Values;
}

/** The values that an annotation can have. */
export interface Values {
  readonly described: string;
  readonly has: (value: string) => boolean;
}

const whole = (value: string): boolean => /^\d+$/.test(value);
const isPort = (value: string): boolean => whole(value) && Number(value) <= 65_535;
const listOf = (has: (item: string) => boolean) => (value: string): boolean => value.trim() === '' || value.split(',').every((item) => has(item.trim()));

const number: Values = { described: 'a whole number', has: whole };
const port: Values = { described: 'the number of a port', has: isPort };
const ports: Values = { described: 'numbers of ports, with commas in between', has: listOf(isPort) };
const portsOrAll: Values = { described: `${ports.described}, or *`, has: (value) => value === '*' || ports.has(value) };
const ranges: Values = { described: 'ranges of addresses as 10.0.0.0/8, with commas in between', has: listOf((item) => item.includes('/') && subnetOf(item) !== undefined) };
const rangesOrAll: Values = { described: `${ranges.described}, or *`, has: (value) => value === '*' || ranges.has(value) };
const flag: Values = { described: 'true or false', has: (value) => ['true', 'false', '1', '0', 't', 'f', 'T', 'F', 'TRUE', 'FALSE', 'True', 'False'].includes(value) };
const interception: Values = { described: 'REDIRECT, TPROXY or NONE', has: (value) => ['REDIRECT', 'TPROXY', 'NONE'].includes(value) };

const ofPods = (allows?: Values): KnownAnnotation => ({ kinds: ['Pod'], ...(allows === undefined ? {} : { allows }) });
const notAnyMore = (...kinds: readonly string[]): KnownAnnotation => ({ kinds, deprecated: true });
const of = (...kinds: readonly string[]): KnownAnnotation => ({ kinds });

/** Istio's annotations. */
export const knownAnnotations: Readonly<Record<string, KnownAnnotation>> = {
  'alpha.istio.io/canonical-serviceaccounts': notAnyMore('Service'),
  'alpha.istio.io/identity': notAnyMore('Pod'),
  'alpha.istio.io/kubernetes-serviceaccounts': notAnyMore('Service'),
  'ambient.istio.io/bypass-inbound-capture': ofPods(),
  'ambient.istio.io/dns-capture': ofPods(),
  'ambient.istio.io/redirection': ofPods(),
  'ambient.istio.io/waypoint-inbound-binding': of('GatewayClass', 'Gateway'),
  'galley.istio.io/analyze-suppress': {},
  'gateway.istio.io/controller-version': {},
  'gateway.istio.io/name-override': of('Gateway'),
  'gateway.istio.io/service-account': of('Gateway'),
  'inject.istio.io/templates': ofPods(),
  'install.operator.istio.io/chart-owner': {},
  'install.operator.istio.io/owner-generation': {},
  'install.operator.istio.io/version': {},
  'internal.istio.io/gateway-semantics': of('Gateway'),
  'internal.istio.io/parents': {},
  'internal.istio.io/service-account-name': of('Gateway'),
  'istio.io/autoRegistrationGroup': of('WorkloadEntry'),
  'istio.io/connectedAt': of('WorkloadEntry'),
  'istio.io/disconnectedAt': of('WorkloadEntry'),
  'istio.io/dry-run': of('AuthorizationPolicy'),
  'istio.io/rev': ofPods(),
  'istio.io/workloadController': of('WorkloadEntry'),
  'kubernetes.io/ingress.class': of('Ingress'),
  'networking.istio.io/address-type': of('Gateway'),
  'networking.istio.io/exportTo': of('Service'),
  'networking.istio.io/service-type': of('Gateway'),
  'networking.istio.io/traffic-distribution': of('Service', 'Namespace', 'ServiceEntry'),
  'prometheus.istio.io/merge-metrics': ofPods(),
  'proxy.istio.io/config': ofPods(),
  'proxy.istio.io/overrides': ofPods(),
  'readiness.status.sidecar.istio.io/applicationPorts': ofPods(ports),
  'readiness.status.sidecar.istio.io/failureThreshold': ofPods(number),
  'readiness.status.sidecar.istio.io/initialDelaySeconds': ofPods(number),
  'readiness.status.sidecar.istio.io/periodSeconds': ofPods(number),
  'security.istio.io/autoRegistrationGroup': of('WorkloadEntry'),
  'sidecar.istio.io/agentLogLevel': ofPods(),
  'sidecar.istio.io/bootstrapOverride': ofPods(),
  'sidecar.istio.io/componentLogLevel': ofPods(),
  'sidecar.istio.io/controlPlaneAuthPolicy': notAnyMore('Pod'),
  'sidecar.istio.io/discoveryAddress': notAnyMore('Pod'),
  'sidecar.istio.io/enableCoreDump': ofPods(flag),
  'sidecar.istio.io/extraStatTags': ofPods(),
  'sidecar.istio.io/inject': notAnyMore('Pod'),
  'sidecar.istio.io/interceptionMode': ofPods(interception),
  'sidecar.istio.io/logLevel': ofPods(),
  'sidecar.istio.io/nativeSidecar': ofPods(),
  'sidecar.istio.io/proxyCPU': ofPods(),
  'sidecar.istio.io/proxyCPULimit': ofPods(),
  'sidecar.istio.io/proxyImage': ofPods(),
  'sidecar.istio.io/proxyImageType': ofPods(),
  'sidecar.istio.io/proxyMemory': ofPods(),
  'sidecar.istio.io/proxyMemoryLimit': ofPods(),
  'sidecar.istio.io/rewriteAppHTTPProbers': ofPods(flag),
  'sidecar.istio.io/statsHistogramBuckets': ofPods(),
  'sidecar.istio.io/statsCompression': ofPods(),
  'sidecar.istio.io/statsEvictionInterval': ofPods(),
  'sidecar.istio.io/statsInclusionPrefixes': notAnyMore('Pod'),
  'sidecar.istio.io/statsInclusionRegexps': notAnyMore('Pod'),
  'sidecar.istio.io/statsInclusionSuffixes': notAnyMore('Pod'),
  'sidecar.istio.io/status': ofPods(),
  'sidecar.istio.io/userVolume': ofPods(),
  'sidecar.istio.io/userVolumeMount': ofPods(),
  'status.sidecar.istio.io/port': ofPods(port),
  'topology.istio.io/controlPlaneClusters': of('Namespace'),
  'traffic.sidecar.istio.io/excludeInboundPorts': ofPods(ports),
  'traffic.sidecar.istio.io/excludeInterfaces': ofPods(),
  'traffic.sidecar.istio.io/excludeOutboundIPRanges': ofPods(ranges),
  'traffic.sidecar.istio.io/excludeOutboundPorts': ofPods(ports),
  'traffic.sidecar.istio.io/includeInboundPorts': ofPods(portsOrAll),
  'traffic.sidecar.istio.io/includeOutboundIPRanges': ofPods(rangesOrAll),
  'traffic.sidecar.istio.io/includeOutboundPorts': ofPods(portsOrAll),
  'traffic.sidecar.istio.io/kubevirtInterfaces': notAnyMore('Pod'),
  'istio.io/reroute-virtual-interfaces': ofPods(),
};
