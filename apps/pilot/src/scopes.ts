import type { Snapshot, SnapshotDelta } from '@flotilla/mesh';
import { retranslateScope, translateScope, type Scope, type ScopeTranslation } from '@flotilla/translate';
import { ResourceSet } from '@flotilla/xds';
import type { Cancel, Clock } from '@flotilla/runtime';

interface SharedScope {
  translation: ScopeTranslation;
  readonly resources: ResourceSet;
  users: number;
  cancelRemoval?: Cancel | undefined;
}

/** What a scope that nobody uses any more is kept for: proxies that reconnect, in milliseconds. */
const idleMs = 60_000;

/** The scopes in use, each translated and encoded once for all its proxies. */
export class Scopes {
  readonly #scopes = new Map<string, SharedScope>();
  readonly #clock: Clock;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  get size(): number {
    return this.#scopes.size;
  }

  /** The resources of a scope for one more proxy; to be followed by {@link leave} when it goes. */
  enter(scope: Scope, snapshot: Snapshot, revision: number): ResourceSet {
    let shared = this.#scopes.get(scope.key);
    if (shared === undefined) {
      const translation = translateScope(snapshot, scope);
      shared = { translation, resources: new ResourceSet(scope.key, { resources: translation.resources(), revision }), users: 0 };
      this.#scopes.set(scope.key, shared);
    }
    shared.cancelRemoval?.();
    shared.cancelRemoval = undefined;
    shared.users += 1;
    return shared.resources;
  }

  /** One proxy less uses the scope; the last one leaves it to be forgotten after a while. */
  leave(key: string): void {
    const shared = this.#scopes.get(key);
    if (shared === undefined) return;
    shared.users -= 1;
    if (shared.users === 0) shared.cancelRemoval = this.#clock.after(idleMs, () => void this.#scopes.delete(key));
  }

  /** Brings every scope to the next snapshot; streams are told of what really differs. */
  advance(snapshot: Snapshot, delta: SnapshotDelta, revision: number): void {
    for (const shared of this.#scopes.values()) {
      const { translation, upserts, removals } = retranslateScope(shared.translation, snapshot, delta);
      shared.translation = translation;
      shared.resources.apply({ upserts, removals, revision });
    }
  }

  stop(): void {
    for (const shared of this.#scopes.values()) shared.cancelRemoval?.();
  }
}
