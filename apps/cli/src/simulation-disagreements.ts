/** Calls and hosts of Istio's simulation for which the answer here is another, by the reason why. */
const reasons: readonly { readonly because: string; readonly of: readonly string[] }[] = [
  {
    because: 'Two Gateways ask for the same TLS names on one port. Istio gives Envoy two equal filter chains, for which Envoy refuses the whole listener; here the older one has the names.',
    of: [
      'sim-008 #0 call',
    ],
  },
  {
    because: "Two Ingresses share a TLS host. Istio itself calls it a bug that one's TLS server then has no routes; here both are routed.",
    of: [
      'sim-037 #2 https alpha',
      'sim-037 #3 https beta',
    ],
  },
  {
    because: "The case's route is a TLSRoute made inside its test: the data has none, and nothing could lead there.",
    of: [
      'sim-112 #0 terminate route reaches terminate backend',
      'sim-112 #1 passthrough route reaches passthrough backend',
      'sim-114 #0 tls terminate request',
    ],
  },
  {
    because: 'HTTPRoutes with a Service as parent are not taken yet.',
    of: [
      'sim-072 host known.default.svc.cluster.local',
      'sim-075 host known.default.svc.cluster.local',
    ],
  },
];

/** The reason of each, by its name. */
export const disagreements: ReadonlyMap<string, string> = new Map(reasons.flatMap(({ because, of }) => of.map((name) => [name, because] as const)));
