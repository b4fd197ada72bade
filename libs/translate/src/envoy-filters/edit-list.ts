import { clone, type DescMessage, type MessageShape } from '@bufbuild/protobuf';
import type { EnvoyPatch } from './envoy-patch.ts';
import { mergeMessage } from './merge-message.ts';

export interface ListEdit<D extends DescMessage> {
  readonly schema: D;
  /** Whether the patch is for an item; for all when absent. */
  readonly matches?: ((item: MessageShape<D>) => boolean) | undefined;
  /** Where an item that is added goes; the end when absent. */
  readonly end?: number | undefined;
}

/**
 * Applies a patch to a list of what it patches, in place. Without an item to match, what is put before goes first and
 * what is put after goes last, and nothing is replaced.
 *
 * @returns whether it changed anything
 */
export function editList<D extends DescMessage>(items: MessageShape<D>[], envoyPatch: EnvoyPatch, { schema, matches, end = items.length }: ListEdit<D>): boolean {
  const at = matches === undefined ? -1 : items.findIndex(matches);
  const insert = (index: number): boolean => {
    items.splice(index, 0, freshValue(schema, envoyPatch));
    return true;
  };
  switch (envoyPatch.patch.operation) {
    case 'ADD':
      return insert(end);
    case 'INSERT_FIRST':
      return insert(0);
    case 'INSERT_BEFORE':
      return matches === undefined ? insert(0) : at !== -1 && insert(at);
    case 'INSERT_AFTER':
      return matches === undefined ? insert(end) : at !== -1 && insert(at + 1);
    case 'REPLACE':
      if (at === -1) return false;
      items[at] = freshValue(schema, envoyPatch);
      return true;
    case 'REMOVE': {
      const kept = matches === undefined ? [] : items.filter((item) => !matches(item));
      const removed = kept.length < items.length;
      items.splice(0, items.length, ...kept);
      return removed;
    }
    default: {
      const merged = matches === undefined ? items : items.filter(matches);
      for (const item of merged) mergeInto(schema, item, envoyPatch);
      return merged.length > 0;
    }
  }
}

/** Merges the value of a patch into a message, in place. */
export function mergeInto<D extends DescMessage>(schema: D, target: MessageShape<D>, envoyPatch: EnvoyPatch): void {
  mergeMessage(schema, target, freshValue(schema, envoyPatch), envoyPatch.patch.operation === 'MERGE_AND_REPLACE_LIST' ? 'replace' : 'append');
}

/** The value of a patch for one use of it: what is made of it later must not show in the next. */
export function freshValue<D extends DescMessage>(schema: D, { value }: EnvoyPatch): MessageShape<D> {
  if (value === undefined) throw new Error('a patch without a value is never applied');
  return clone(schema, value as MessageShape<D>);
}
