import { kinds } from '@flotilla/resources';
import type { ClusterObject, ClusterView, Definition, WebhookConfiguration } from './cluster-view.ts';
import type { Finding } from './finding.ts';

/** The oldest minor version of Kubernetes 1 that has sidecar containers. */
const oldestMinor = 29;
const systemNamespace = 'flotilla-system';
const architectures: ReadonlySet<string | undefined> = new Set(['amd64', 'arm64']);

/** Whether an object is of an installation of Flotilla. */
const isOurs = ({ metadata }: ClusterObject): boolean => metadata.labels?.['app.kubernetes.io/part-of'] === 'flotilla';
const names = (objects: readonly ClusterObject[]): string => objects.map(({ metadata }) => metadata.name).sort().join(', ');
const error = (found: string, remedy: string): Finding => ({ level: 'error', found, remedy });
const warning = (found: string, remedy: string): Finding => ({ level: 'warning', found, remedy });

type Check = (cluster: ClusterView) => readonly Finding[];

/** Whether the cluster is new enough. */
const version: Check = ({ version: text }) => {
  const [, major, minor] = /^v?(\d+)\.(\d+)/.exec(text) ?? [];
  return Number(major) > 1 || Number(minor) >= oldestMinor ? [] : [error(`the cluster is of version ${text}`, `bring it to 1.${oldestMinor} or later`)];
};

/** Whether who asks may make what an installation is made of. */
const permissions: Check = ({ denied }) =>
  denied.length === 0 ? [] : [error(`you may not make ${denied.map(({ group, resource }) => (group === '' ? resource : `${resource}.${group}`)).join(', ')}`, 'install as somebody who may')];

/** What could not be looked at. */
const unseen: Check = (cluster) => {
  const hidden = (['namespaces', 'nodes', 'definitions', 'injectors', 'storageClasses'] as const).filter((name) => cluster[name] === undefined);
  return hidden.length === 0 ? [] : [warning(`you may not list ${hidden.join(', ')}, so they were not checked`, 'check as somebody who may')];
};

/** Whether there are nodes that the images run on. */
const nodes: Check = ({ nodes: all = [] }) => {
  const fit = all.filter(({ status }) => status?.nodeInfo?.operatingSystem === 'linux' && architectures.has(status.nodeInfo.architecture));
  return all.length === 0 || fit.length > 0 ? [] : [error('no node runs Linux on amd64 or arm64', 'add one: Envoy and the images are for these')];
};

/** Definitions of the same kinds that somebody else brought, Istio as a rule. */
const definitions: Check = ({ definitions: all = [] }) => {
  const foreign = all.filter((definition) => !isOurs(definition));
  const served = ({ spec }: Definition): ReadonlySet<string> => new Set(spec.versions.filter((one) => one.served).map(({ name }) => name));
  const old = foreign.filter((definition) => kinds.some(({ group, plural, versions }) => group === definition.spec.group && plural === definition.spec.names.plural && !served(definition).has(versions[0])));
  return [
    ...(foreign.length === 0 ? [] : [warning(`there are definitions that Flotilla did not make: ${names(foreign)}`, 'an installation takes them over, and deleting it deletes them with all resources of these kinds: leave k8s/base/crds out of your overlay to keep them as they are')]),
    ...(old.length === 0 ? [] : [error(`these definitions do not serve the version that is followed: ${names(old)}`, 'bring them up to date, or let the installation take them over')]),
  ];
};

/** Who else injects pods of the namespaces that ask for it. */
const injectors: Check = ({ injectors: all = [] }) => {
  const rivals = all.filter((configuration) => !isOurs(configuration) && injectsByLabel(configuration));
  return rivals.length === 0 ? [] : [error(`somebody else injects pods of namespaces labelled istio-injection=enabled: ${names(rivals)}`, 'remove it, or install with a revision of your own and label namespaces istio.io/rev')];
};

function injectsByLabel({ webhooks = [] }: WebhookConfiguration): boolean {
  return webhooks.some(({ rules = [], namespaceSelector: { matchLabels = {}, matchExpressions = [] } = {} }) => {
    const enabled = matchLabels['istio-injection'] === 'enabled' || matchExpressions.some(({ key, operator, values = [] }) => key === 'istio-injection' && operator === 'In' && values.includes('enabled'));
    return enabled && rules.some(({ resources = [] }) => resources.includes('pods') || resources.includes('*'));
  });
}

/** Namespaces that ask for injection and forbid what it needs. */
const podSecurity: Check = ({ namespaces = [] }) => {
  const strict = namespaces.filter(({ metadata: { labels = {} } }) => {
    const injected = labels['istio-injection'] === 'enabled' || labels['istio.io/rev'] !== undefined;
    return injected && ['baseline', 'restricted'].includes(labels['pod-security.kubernetes.io/enforce'] ?? '');
  });
  return strict.length === 0 ? [] : [error(`pods of ${names(strict)} are to be injected, and may not have the capability NET_ADMIN that interception needs`, 'label them pod-security.kubernetes.io/enforce=privileged, or annotate their pods sidecar.istio.io/interceptionMode: NONE')];
};

/** An installation that is still being taken away. */
const leftovers: Check = ({ namespaces = [] }) =>
  namespaces.some(({ metadata, status }) => metadata.name === systemNamespace && status?.phase === 'Terminating') ? [error(`the namespace ${systemNamespace} is still going`, 'wait until it is gone')] : [];

/** Whether there is somewhere to keep what NATS keeps. */
const storage: Check = ({ storageClasses }) =>
  storageClasses === undefined || storageClasses.some(({ metadata }) => metadata.annotations?.['storageclass.kubernetes.io/is-default-class'] === 'true')
    ? []
    : [warning('no StorageClass is the default', 'the overlay production needs one for the disks of NATS; demo and minimal do not')];

const checks: readonly Check[] = [version, permissions, unseen, nodes, definitions, injectors, podSecurity, leftovers, storage];

/** Everything in a cluster that stops an installation or should be known before, what stops it first. */
export function checkCluster(cluster: ClusterView): Finding[] {
  const findings = checks.flatMap((check) => check(cluster));
  return [...findings.filter(({ level }) => level === 'error'), ...findings.filter(({ level }) => level === 'warning')];
}
