import { isRecord } from '@flotilla/resources';

/** The field by which items of a list are told apart, as Kubernetes merges them. */
const mergeKeys: Readonly<Record<string, string>> = { env: 'name', ports: 'containerPort', volumeMounts: 'mountPath' };

/** The image by which people ask for the injected one. */
const automatic = 'auto';

/**
 * What a pod says itself of its proxy's container, over what would be injected: maps are merged, lists by the key that
 * Kubernetes merges them by, all else is replaced.
 * https://istio.io/latest/docs/setup/additional-setup/sidecar-injection/#customizing-injection
 */
export function mergeOwnContainer<T extends { readonly name: string }>(injected: T, own: object): T {
  const { image, ...rest } = own as { readonly image?: unknown };
  return merged(injected, image === undefined || image === automatic ? rest : own, '') as T;
}

function merged(under: unknown, over: unknown, field: string): unknown {
  if (isRecord(under) && isRecord(over)) {
    const names = [...new Set([...Object.keys(under), ...Object.keys(over)])];
    return Object.fromEntries(names.map((name) => [name, name in over ? merged(under[name], over[name], name) : under[name]]));
  }
  const key = mergeKeys[field];
  if (key !== undefined && Array.isArray(under) && Array.isArray(over)) {
    const keyed = (items: readonly unknown[]) => new Map(items.map((item) => [isRecord(item) ? item[key] : item, item]));
    // An item is replaced whole: a value and a reference to one exclude each other.
    return [...new Map([...keyed(under), ...keyed(over)]).values()];
  }
  return over;
}
