import type { EncodedResource, Target } from '@flotilla/xds';

export interface SeenResource {
  readonly typeUrl: string;
  readonly name: string;
  readonly resource: EncodedResource;
}

/** All that a proxy sees, its own resources hiding those of its scope that have the same name. */
export function seenBy({ scope, own }: Target): SeenResource[] {
  const typeUrls = new Set([...scope.typeUrls, ...own.typeUrls]);
  return [...typeUrls].flatMap((typeUrl) => [...new Map([...scope.all(typeUrl), ...own.all(typeUrl)])].map(([name, resource]) => ({ typeUrl, name, resource })));
}
