import type { Problem } from '@flotilla/errors';
import { checkDocument } from '@flotilla/resources';
import { Type, type Static } from 'typebox';
import { Value } from 'typebox/value';

const closed = { additionalProperties: false };
const texts = Type.Record(Type.String(), Type.String());
const count = (initial: number, description: string) => Type.Integer({ minimum: 0, maximum: 2 ** 31 - 1, default: initial, description });

const labelSelectorTerm = Type.Object(
  {
    matchLabels: Type.Optional(texts),
    matchExpressions: Type.Optional(
      Type.Array(Type.Object({ key: Type.String(), operator: Type.Enum(['In', 'NotIn', 'Exists', 'DoesNotExist']), values: Type.Optional(Type.Array(Type.String())) }, closed)),
    ),
  },
  closed,
);
export type LabelSelectorTerm = Static<typeof labelSelectorTerm>;

const resources = Type.Object({ requests: Type.Optional(texts), limits: Type.Optional(texts) }, closed);

/** What injection can be told, for all pods; what is left out has a default. */
export const injectionOptionsSchema = Type.Object(
  {
    revision: Type.String({ default: 'default', description: 'The name of this control plane among several.' }),
    policy: Type.Enum(['enabled', 'disabled'], { default: 'enabled', description: 'Whether pods that say nothing themselves are injected.' }),
    neverInjectSelector: Type.Array(labelSelectorTerm, { default: [], description: 'Pods that are not injected unless they ask for it.' }),
    alwaysInjectSelector: Type.Array(labelSelectorTerm, { default: [], description: 'Pods that are injected though the policy is not to.' }),
    proxyImage: Type.String({ default: 'flotilla/proxy:dev', description: 'The image of the agent and its Envoy.' }),
    imagePullPolicy: Type.Enum(['Always', 'IfNotPresent', 'Never'], { default: 'IfNotPresent' }),
    nativeSidecars: Type.Boolean({ default: true, description: 'Whether proxies are sidecar containers of Kubernetes (1.29 and later), which start before all others and stop after them.' }),
    interceptionMode: Type.Enum(['REDIRECT', 'NONE'], { default: 'REDIRECT' }),
    includeOutboundIPRanges: Type.String({ default: '*' }),
    excludeOutboundIPRanges: Type.String({ default: '' }),
    includeOutboundPorts: Type.String({ default: '' }),
    excludeOutboundPorts: Type.String({ default: '' }),
    includeInboundPorts: Type.String({ default: '*' }),
    excludeInboundPorts: Type.String({ default: '' }),
    rewriteAppProbes: Type.Boolean({ default: true, description: 'Whether probes of applications are made by the agent, for which mutual TLS is no obstacle.' }),
    holdApplicationUntilProxyStarts: Type.Boolean({ default: false, description: 'Whether other containers wait until the proxy is ready, where it is no native sidecar.' }),
    statusPort: Type.Integer({ minimum: 0, maximum: 65535, default: 15020 }),
    readinessInitialDelaySeconds: count(0, 'When the proxy is first asked whether it is ready.'),
    readinessPeriodSeconds: count(15, 'How often it is asked.'),
    readinessFailureThreshold: count(4, 'How often it may say no.'),
    logLevel: Type.String({ default: 'warning' }),
    resources: Type.Unsafe<Static<typeof resources>>({ ...resources, default: { requests: { cpu: '100m', memory: '192Mi' }, limits: { cpu: '2000m', memory: '1024Mi' } } }),
    clusterId: Type.String({ default: 'Kubernetes' }),
    network: Type.String({ default: '' }),
    trustDomain: Type.String({ default: 'cluster.local' }),
    tokenAudience: Type.String({ default: 'istio-ca', description: 'Whom the tokens that proxies show to Citadel are made for.' }),
    rootCertConfigMap: Type.String({ default: 'istio-ca-root-cert', description: "The ConfigMap of each namespace with the mesh's root certificate." }),
    environment: Type.Unsafe<Static<typeof texts>>({
      ...texts,
      default: {
        FLOTILLA_PILOT_ADDRESS: 'pilot.flotilla-system.svc:15012',
        FLOTILLA_CITADEL_ADDRESS: 'citadel.flotilla-system.svc:15013',
        FLOTILLA_MIXER_ADDRESS: 'mixer.flotilla-system.svc:15004',
        FLOTILLA_CREDENTIALS_ADDRESS: 'citadel.flotilla-system.svc:15018',
      },
      description: 'Variables of every proxy: where the control plane is.',
    }),
  },
  closed,
);
export type InjectionOptions = Static<typeof injectionOptionsSchema>;

const problemsOf = checkDocument<InjectionOptions>(injectionOptionsSchema, () => undefined);

/** Reads what injection is told, as a map of some of its options. */
export function readInjectionOptions(document: unknown): { readonly options: InjectionOptions } | { readonly problems: Problem[] } {
  const filled = Value.Default(injectionOptionsSchema, structuredClone(document ?? {}));
  const problems = problemsOf(filled);
  return problems.length > 0 ? { problems } : { options: filled as InjectionOptions };
}
