/**
 * The name that a host means where it is written: a short name is a service of the namespace it is
 * written in; names with dots and wildcards stand for themselves.
 */
export function resolveHost(host: string, namespace: string, domainSuffix = 'svc.cluster.local'): string {
  if (host === '' || host.includes('.') || host.startsWith('*')) return host;
  return `${host}.${namespace}.${domainSuffix}`;
}
