import type { Snapshot } from './snapshot.ts';

/**
 * The shorter names by which clients of a namespace may call a host of the form
 * `<name>.<namespace>.svc.cluster.local`; the bare name only within its own namespace. Names that are a
 * host of their own are left out: they mean that host. Those of `*.<host>` are the same with `*.` before.
 */
export function shortHosts(snapshot: Snapshot, host: string, clientNamespace: string): string[] {
  const parts = partsOf(host, snapshot.mesh.domainSuffix);
  if (parts === undefined) return [];
  const { name, namespace } = parts;
  const names = [`${name}.${namespace}.svc`, `${name}.${namespace}`];
  if (namespace === clientNamespace) names.push(name);
  return names.filter((short) => !isHost(snapshot, short));
}

/** Whether a name, or an address, is the host of a service or VirtualService. */
export function isHost({ services, virtualServices }: Snapshot, name: string): boolean {
  return services.byHost.has(name) || virtualServices.byHost.has(name);
}

/** The hosts that have `host` as one of their shorter names. */
export function shortHostOwners({ mesh, services }: Snapshot, host: string): string[] {
  const wildcard = wildcardOf(host);
  const labels = host.slice(wildcard.length).split('.');
  const suffix = `.${mesh.domainSuffix}`;
  if (labels.length === 1) return [...services.byHost.keys(), ...services.byAddress.keys()].filter((full) => full.startsWith(`${host}.`) && partsOf(full, mesh.domainSuffix) !== undefined);
  if (labels.length === 2) return [`${host}${suffix}`];
  return labels.length === 3 && labels[2] === 'svc' ? [`${wildcard}${labels[0] ?? ''}.${labels[1] ?? ''}${suffix}`] : [];
}

/** `name` is `*.<name>` in a wildcard. */
function partsOf(host: string, domainSuffix: string): { name: string; namespace: string } | undefined {
  const suffix = `.${domainSuffix}`;
  if (!host.endsWith(suffix)) return undefined;
  const wildcard = wildcardOf(host);
  const [name, namespace, more] = host.slice(wildcard.length, -suffix.length).split('.');
  return name === undefined || name === '*' || namespace === undefined || more !== undefined ? undefined : { name: `${wildcard}${name}`, namespace };
}

function wildcardOf(host: string): '*.' | '' {
  return host.startsWith('*.') ? '*.' : '';
}
