import { describeOrigin } from '@flotilla/analysis';
import { parseResourceKey } from '@flotilla/resources';
import type { Api } from '../api.ts';
import { messageLine, type ShownMessage } from './shown-message.ts';

/** Where each of the two stores is. */
export interface StoreRevisions {
  readonly config: number;
  readonly endpoints: number;
}

/**
 * What analysis says of some resources of the mesh, a line each.
 *
 * @param refs as `VirtualService/default/reviews`
 * @param revisions that it is to have looked at; Galley waits some seconds for that
 */
export async function messagesOf(galley: Api, refs: readonly string[], { config, endpoints }: StoreRevisions): Promise<string[]> {
  const { items } = (await galley.call(`/v1/analysis?after=${config}&afterEndpoints=${endpoints}`)) as { readonly items: readonly ShownMessage[] };
  const origins = new Set(refs.map((ref) => describeOrigin(parseResourceKey(ref))));
  return items.filter(({ origin }) => origins.has(origin)).map(messageLine);
}
