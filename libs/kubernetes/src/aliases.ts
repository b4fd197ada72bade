import { resolveHost } from '@flotilla/resources';
import type { KubernetesObject } from './object.ts';

/**
 * The names of ExternalName Services by the host that they stand for in the end; a name that leads in a
 * circle stands for nothing.
 */
export function aliasesByHost(services: readonly KubernetesObject[], domainSuffix: string): ReadonlyMap<string, readonly string[]> {
  const targets = new Map(services.flatMap((service) => {
    const target = externalName(service);
    return target === undefined ? [] : [[resolveHost(service.metadata.name, service.metadata.namespace, domainSuffix), target] as const];
  }));
  const aliases = new Map<string, string[]>();
  for (const alias of targets.keys()) {
    const host = endOf(alias, targets);
    if (host !== undefined) aliases.set(host, [...(aliases.get(host) ?? []), alias]);
  }
  return aliases;
}

/** The name that a Service stands for; undefined for one of its own. */
export function externalName({ spec }: KubernetesObject): string | undefined {
  const { type, externalName: name } = spec;
  return type === 'ExternalName' && typeof name === 'string' && name !== '' ? name.replace(/\.$/, '') : undefined;
}

function endOf(alias: string, targets: ReadonlyMap<string, string>): string | undefined {
  const passed = new Set<string>();
  let host = alias;
  for (let next = targets.get(host); next !== undefined; next = targets.get(host)) {
    if (passed.has(host)) return undefined;
    passed.add(host);
    host = next;
  }
  return host;
}
