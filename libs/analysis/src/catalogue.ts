export const levels = ['Info', 'Warning', 'Error'] as const;
export type Level = (typeof levels)[number];

interface Entry {
  readonly name: string;
  readonly level: Level;
  /** What it means when analysis says so. */
  readonly means: string;
  /** What to do about it. */
  readonly advice: string;
}

/**
 * All that analysis can say, by code. Codes, names and levels beginning with IST are Istio's
 * (https://istio.io/latest/docs/reference/config/analysis/); those beginning with FLT are our own.
 */
export const catalogue = {
  IST0002: { name: 'Deprecated', level: 'Warning', means: 'A field or kind is used that Istio has given up, or will.', advice: 'Write what the message names in its place.' },
  IST0101: { name: 'ReferencedResourceNotFound', level: 'Error', means: 'Something is named that is not there, or not to be seen from where it is named: a host, a port, a subset, a gateway, a workload, a credential.', advice: 'Mend the name, add what it names, or export that to the namespace.' },
  IST0102: { name: 'NamespaceNotInjected', level: 'Info', means: 'Nobody has said whether the pods of a namespace get a sidecar: they get none.', advice: 'Label the namespace `istio-injection: enabled` or `disabled`.' },
  IST0103: { name: 'PodMissingProxy', level: 'Warning', means: 'A pod has no sidecar, though its namespace asks for them.', advice: 'Restart the workload so that the pod is injected.' },
  IST0106: { name: 'SchemaValidationError', level: 'Error', means: 'A resource is not valid: the mesh would refuse it.', advice: 'Mend what the message names; `flotilla validate` tells every problem.' },
  IST0107: { name: 'MisplacedAnnotation', level: 'Warning', means: 'An annotation is on a kind of object for which it says nothing.', advice: 'Move it to a kind that the message names.' },
  IST0108: { name: 'UnknownAnnotation', level: 'Warning', means: "An annotation has a name of Istio's that Istio does not know: it says nothing.", advice: 'Mend its name, or take it away.' },
  IST0109: { name: 'ConflictingMeshGatewayVirtualServiceHosts', level: 'Error', means: 'Several VirtualServices route the same host for sidecars. The oldest one routes; the others have no effect on sidecars that see it.', advice: 'Merge them into one VirtualService.' },
  IST0110: { name: 'ConflictingSidecarWorkloadSelectors', level: 'Error', means: 'Several Sidecars of a namespace select the same workload. The oldest one holds.', advice: 'Make the selectors exclude each other.' },
  IST0111: { name: 'MultipleSidecarsWithoutWorkloadSelectors', level: 'Error', means: 'Several Sidecars are for every workload of a namespace. The oldest one holds.', advice: 'Keep one of them.' },
  IST0112: { name: 'VirtualServiceDestinationPortSelectorRequired', level: 'Error', means: 'A route leads to a service with several ports and does not say to which.', advice: 'Name the port in the destination.' },
  IST0116: { name: 'DeploymentAssociatedToMultipleServices', level: 'Warning', means: "A Deployment's pods serve one port by several protocols, for several Services say so.", advice: 'Let the Services agree on the protocol.' },
  IST0118: { name: 'PortNameIsNotUnderNamingConvention', level: 'Info', means: "The name of a Service's port does not say what is spoken there: it is found out by looking at what clients send.", advice: 'Name the port `<protocol>[-<suffix>]`, or set its `appProtocol`.' },
  IST0123: { name: 'NamespaceMultipleInjectionLabels', level: 'Warning', means: 'A namespace asks for sidecars in several ways at once; nobody can say which holds.', advice: 'Keep one of the labels.' },
  IST0125: { name: 'InvalidAnnotation', level: 'Warning', means: 'The value of an annotation is not one that it can have.', advice: 'Mend the value.' },
  IST0126: { name: 'UnknownMeshNetworksServiceRegistry', level: 'Error', means: 'A network takes its endpoints from a registry that is not there.', advice: 'Name a registry of this mesh: Kubernetes, or a cluster whose Secret is there.' },
  IST0127: { name: 'NoMatchingWorkloadsFound', level: 'Warning', means: 'A policy is for no workload there is.', advice: 'Mend its selector or its namespace.' },
  IST0128: { name: 'NoServerCertificateVerificationDestinationLevel', level: 'Warning', means: 'A DestinationRule starts TLS without saying whose certificates are trusted: any server is.', advice: 'Set `caCertificates` or `credentialName`.' },
  IST0129: { name: 'NoServerCertificateVerificationPortLevel', level: 'Warning', means: 'The same for one port: any server is trusted there.', advice: 'Set `caCertificates` or `credentialName` for the port.' },
  IST0130: { name: 'VirtualServiceUnreachableRule', level: 'Warning', means: 'A rule is never used: one before it takes everything it is for.', advice: 'Move it forward, or take it away.' },
  IST0131: { name: 'VirtualServiceIneffectiveMatch', level: 'Info', means: 'A match of a rule is never used: a rule before it takes the same.', advice: 'Move the rule forward, or take the match away.' },
  IST0132: { name: 'VirtualServiceHostNotFoundInGateway', level: 'Warning', means: 'A VirtualService is bound to a Gateway that listens for none of its hosts: it has no effect there.', advice: 'Let a server of the Gateway take the host, for this namespace.' },
  IST0133: { name: 'SchemaWarning', level: 'Warning', means: 'A resource is valid, and something in it has likely not the effect that was meant.', advice: 'Look at what the message names.' },
  IST0134: { name: 'ServiceEntryAddressesRequired', level: 'Warning', means: 'A ServiceEntry with a TCP port has no address: its traffic is known by its port alone.', advice: 'Give it `addresses`, or let addresses be allocated.' },
  IST0135: { name: 'DeprecatedAnnotation', level: 'Info', means: 'An annotation is used that Istio will give up.', advice: 'Write what the message names in its place.' },
  IST0137: { name: 'DeploymentConflictingPorts', level: 'Warning', means: "Several Services lead to one port of a Deployment's pods by different ports of their own.", advice: 'Let them use the same port.' },
  IST0138: { name: 'GatewayDuplicateCertificate', level: 'Warning', means: 'Several Gateways serve one certificate: a client that uses one HTTP/2 connection for all its hosts gets 404 for those of the others.', advice: 'Let one Gateway have all hosts of the certificate, or give each its own.' },
  IST0139: { name: 'InvalidWebhook', level: 'Error', means: 'An injection webhook overlaps with others, or names a Service that is not there.', advice: 'Take the one that is left over away, or mend its Service.' },
  IST0140: { name: 'IngressRouteRulesNotAffected', level: 'Warning', means: 'A VirtualService at a gateway routes to a host for which another has subset rules: requests from the gateway do not pass those.', advice: 'Name the subset in the VirtualService of the gateway.' },
  IST0144: { name: 'InvalidApplicationUID', level: 'Warning', means: "An application runs as user 1337, which is the sidecar's: its traffic is not intercepted.", advice: 'Run it as another user.' },
  IST0145: { name: 'ConflictingGateways', level: 'Error', means: 'Several Gateways ask the same workload to listen for the same host on the same port. The oldest one has it.', advice: 'Merge them, or give them different hosts or ports.' },
  IST0146: { name: 'ImageAutoWithoutInjectionWarning', level: 'Warning', means: "A Deployment leaves its proxy's image to injection, and no injection webhook would take its pods.", advice: 'Label the namespace or the pods for injection.' },
  IST0147: { name: 'ImageAutoWithoutInjectionError', level: 'Error', means: "A pod leaves its proxy's image to injection and was not injected: it cannot start.", advice: 'Label the namespace or the pod for injection, and make the pod anew.' },
  IST0148: { name: 'NamespaceInjectionEnabledByDefault', level: 'Info', means: 'A namespace gets sidecars without saying so: injection is on by default.', advice: 'Label it `istio-injection: disabled` if it should get none.' },
  IST0149: { name: 'JwtClaimBasedRoutingWithoutRequestAuthN', level: 'Error', means: 'A VirtualService routes by claims of a token that nothing at the gateway checks: such a route never matches.', advice: "Add a RequestAuthentication that selects the gateway's workload." },
  IST0150: { name: 'ExternalNameServiceTypeInvalidPortName', level: 'Warning', means: 'A port of an ExternalName Service is TCP or does not say what is spoken: it would take traffic for every address.', advice: 'Name the port after what is spoken there.' },
  IST0151: { name: 'EnvoyFilterUsesRelativeOperation', level: 'Warning', means: 'A patch depends on what other EnvoyFilters have done before it, and the order is not fixed.', advice: 'Set `priority`, or use INSERT_FIRST or ADD.' },
  IST0152: { name: 'EnvoyFilterUsesReplaceOperationIncorrectly', level: 'Error', means: 'REPLACE is only for what is a list of named things: filters, and virtual hosts.', advice: 'Use MERGE, or REMOVE and ADD.' },
  IST0153: { name: 'EnvoyFilterUsesAddOperationIncorrectly', level: 'Error', means: 'ADD does nothing to a ROUTE_CONFIGURATION or HTTP_ROUTE.', advice: 'Use INSERT_FIRST or MERGE.' },
  IST0154: { name: 'EnvoyFilterUsesRemoveOperationIncorrectly', level: 'Error', means: 'REMOVE does nothing to a ROUTE_CONFIGURATION or HTTP_ROUTE.', advice: 'Use MERGE.' },
  IST0155: { name: 'EnvoyFilterUsesRelativeOperationWithProxyVersion', level: 'Warning', means: 'A patch depends on what another for certain proxy versions has done: during an upgrade it may not be applied.', advice: 'Set `priority`, or use INSERT_FIRST or ADD.' },
  IST0157: { name: 'InvalidTelemetryProvider', level: 'Warning', means: 'A Telemetry names no provider and the mesh has no default one: it has no effect.', advice: 'Name a provider.' },
  IST0158: { name: 'PodsIstioProxyImageMismatchInNamespace', level: 'Warning', means: 'Pods of a namespace run another proxy than would be injected now.', advice: 'Restart their workloads.' },
  IST0159: { name: 'ConflictingTelemetryWorkloadSelectors', level: 'Error', means: 'Several Telemetries of a namespace select the same workload.', advice: 'Make the selectors exclude each other.' },
  IST0160: { name: 'MultipleTelemetriesWithoutWorkloadSelectors', level: 'Error', means: 'Several Telemetries are for every workload of a namespace.', advice: 'Keep one of them.' },
  IST0161: { name: 'InvalidGatewayCredential', level: 'Error', means: 'The credential that a Gateway names has no certificate and key that can be read.', advice: 'Mend the Secret.' },
  IST0162: { name: 'GatewayPortNotDefinedOnService', level: 'Warning', means: 'A Gateway listens on a port that no Service of its workload has: nobody gets there through the Service.', advice: 'Add the port to the Service.' },
  IST0163: { name: 'InvalidExternalControlPlaneConfig', level: 'Warning', means: 'A webhook of an external control plane has no address that can be reached.', advice: 'Give the webhook a URL with the host of the control plane.' },
  IST0164: { name: 'ExternalControlPlaneAddressIsNotAHostname', level: 'Info', means: 'A webhook of an external control plane is called by IP address.', advice: 'Use a host name where it matters.' },
  IST0165: { name: 'ReferencedInternalGateway', level: 'Warning', means: 'A VirtualService names a Gateway that was made from another resource, and may go with it.', advice: 'Bind an HTTPRoute to the original, or name a Gateway of your own.' },
  IST0166: { name: 'IneffectiveSelector', level: 'Warning', means: 'A policy selects the workload of a Gateway of the Gateway API by labels, which has no effect there.', advice: 'Use `targetRefs`.' },
  IST0171: { name: 'NegativeConditionStatus', level: 'Warning', means: 'The status of a resource says that something is not as it should be.', advice: 'Look at the reason and message of the condition.' },
  IST0173: { name: 'DestinationRuleSubsetNotSelectPods', level: 'Error', means: 'No workload carries the labels of a subset: what is routed to it fails.', advice: 'Mend the labels, or start the workload before it is routed to.' },
  IST0174: { name: 'UnknownDestinationRuleHost', level: 'Warning', means: 'A DestinationRule is for a host that no service has.', advice: 'Mend the host.' },
  IST0175: { name: 'JwksUriFetchUnrestricted', level: 'Warning', means: "Istio's control plane fetches the keys that RequestAuthentications name from any address.", advice: 'Set `BLOCKED_CIDRS_IN_JWKS_URIS` on istiod.' },
  IST0177: { name: 'ConflictingServiceEntryProtocol', level: 'Warning', means: 'Several ServiceEntries have one host and port and disagree on what is spoken there. The oldest one holds.', advice: 'Let them agree.' },
  FLT0101: { name: 'ConflictingPeerAuthentications', level: 'Warning', means: 'Several PeerAuthentications are for the same workloads with equal right. The oldest one holds.', advice: 'Keep one of them, or make their selectors exclude each other.' },
  FLT0102: { name: 'OverlappingDestinationRules', level: 'Info', means: "Several DestinationRules of a namespace are for one host. The oldest one's traffic policy holds; the others add subsets, and of two subsets with one name the older one holds.", advice: 'Merge them into one.' },
  FLT0103: { name: 'ClaimedAddress', level: 'Warning', means: 'Connections to a port of a service are taken for another, an older one with the same address, or with none as well, for nothing tells them apart.', advice: 'Give each an address of its own, let addresses be allocated, or use another port.' },
} as const satisfies Readonly<Record<string, Entry>>;

export type Code = keyof typeof catalogue;
