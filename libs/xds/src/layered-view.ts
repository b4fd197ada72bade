import type { EncodedResource } from './encoded-resource.ts';
import type { ResourceChange, ResourceWatcher } from './resource-set.ts';
import type { Target } from './xds-server-options.ts';

/** What one proxy sees: its own resources, and those of its scope whose names it does not have itself. */
export class LayeredView {
  #target: Target;
  readonly #watcher: ResourceWatcher;
  #unwatch: readonly (() => void)[];

  /** @param watcher told what is no longer what the proxy saw */
  constructor(target: Target, watcher: ResourceWatcher) {
    this.#target = target;
    this.#watcher = watcher;
    this.#unwatch = this.#watch();
  }

  get scopeKey(): string {
    return this.#target.scope.key;
  }

  get revision(): number {
    return Math.max(this.#target.scope.revision, this.#target.own.revision);
  }

  /** Whether a type has everything that the proxy is to see. */
  isComplete(typeUrl: string): boolean {
    return this.#target.scope.isComplete(typeUrl);
  }

  get(typeUrl: string, name: string): EncodedResource | undefined {
    return seen(this.#target, typeUrl, name);
  }

  /** The resources of a type as they are now; nothing of its own means that the array is its scope's. */
  list(typeUrl: string): readonly EncodedResource[] {
    return allSeen(this.#target, typeUrl);
  }

  /** Looks at something else from now on, which is complete, and tells the watcher what that changes. */
  retarget(target: Target): void {
    const before = this.#target;
    if (target.scope === before.scope && target.own === before.own) return;
    this.close();
    this.#target = target;
    this.#unwatch = this.#watch();
    const changes = difference(before, target);
    if (changes.length > 0) this.#watcher.changed(changes, this.revision);
    this.#watcher.completed();
  }

  close(): void {
    for (const stop of this.#unwatch) stop();
  }

  #watch(): readonly (() => void)[] {
    const { own, scope } = this.#target;
    const completed = (): void => this.#watcher.completed();
    const ofScope = scope.watch({
      completed,
      changed: (changes, revision) => {
        const visible = changes.filter(({ typeUrl, name }) => own.get(typeUrl, name) === undefined);
        if (visible.length > 0) this.#watcher.changed(visible, revision);
      },
    });
    const ofOwn = own.watch({
      completed,
      changed: (changes, revision) => {
        const visible = changes
          .map(({ typeUrl, name, before, after }) => {
            const below = scope.get(typeUrl, name);
            return { typeUrl, name, before: before ?? below, after: after ?? below };
          })
          .filter(({ typeUrl, before, after }) => scope.isComplete(typeUrl) && before?.version !== after?.version);
        if (visible.length > 0) this.#watcher.changed(visible, revision);
      },
    });
    return [ofScope, ofOwn];
  }
}

function seen({ own, scope }: Target, typeUrl: string, name: string): EncodedResource | undefined {
  return own.get(typeUrl, name) ?? scope.get(typeUrl, name);
}

function allSeen({ own, scope }: Target, typeUrl: string): readonly EncodedResource[] {
  const mine = own.all(typeUrl);
  if (mine.size === 0) return scope.list(typeUrl);
  return [...mine.values(), ...scope.list(typeUrl).filter(({ name }) => !mine.has(name))];
}

function difference(from: Target, to: Target): ResourceChange[] {
  const changes: ResourceChange[] = [];
  for (const typeUrl of new Set([from, to].flatMap(({ scope, own }) => [...scope.typeUrls, ...own.typeUrls]))) {
    for (const before of allSeen(from, typeUrl)) {
      const after = seen(to, typeUrl, before.name);
      if (after?.version !== before.version) changes.push({ typeUrl, name: before.name, before, after });
    }
    for (const after of allSeen(to, typeUrl)) {
      if (seen(from, typeUrl, after.name) === undefined) changes.push({ typeUrl, name: after.name, before: undefined, after });
    }
  }
  return changes;
}
