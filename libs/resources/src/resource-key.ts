/** What a resource's key is made of. */
export interface ResourceName {
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
}

/** `VirtualService/default/reviews`: names a resource across the whole mesh. */
export function resourceKey(resource: {
  readonly kind: string;
  readonly metadata: { readonly namespace: string; readonly name: string };
}): string {
  return `${resource.kind}/${resource.metadata.namespace}/${resource.metadata.name}`;
}

/** The same key under the name it has where a resource is only referred to. */
export const refOf = resourceKey;

/**
 * The parts of a resource key.
 * @throws RangeError where it is not of the form `kind/namespace/name`
 */
export function parseResourceKey(key: string): ResourceName {
  const [kind, namespace, name, ...more] = key.split('/');
  if (!kind || !namespace || !name || more.length > 0) {
    throw new RangeError(`"${key}" is not a resource key such as VirtualService/default/reviews`);
  }
  return { kind, namespace, name };
}
