import type { Snapshot, SnapshotDelta } from '@flotilla/mesh';
import { retranslateScope, translateScope, translateScopeInSteps, type Scope, type ScopeTranslation } from '@flotilla/translate';
import { ResourceSet } from '@flotilla/xds';
import type { Cancel, Clock } from '@flotilla/runtime';
import { SlicedWork } from './sliced-work.ts';

/** The mesh after a step, and what the step changed. */
interface Advance {
  readonly snapshot: Snapshot;
  readonly delta: SnapshotDelta;
  readonly revision: number;
}

interface SharedScope {
  readonly scope: Scope;
  readonly resources: ResourceSet;
  /** The first translation is done. */
  ready: Promise<void>;
  /** Undefined until then. */
  translation: ScopeTranslation | undefined;
  /** Steps of the mesh during the first translation, to be made up for at its end. */
  missed: Advance[];
  /** A step could not be translated: the next one makes everything anew. */
  stale: boolean;
  users: number;
  cancelRemoval?: Cancel | undefined;
}

/** What a scope that nobody uses any more is kept for: proxies that reconnect, in milliseconds. */
const idleMs = 60_000;

/** The scopes in use, each translated and encoded once for all its proxies. */
export class Scopes {
  readonly #scopes = new Map<string, SharedScope>();
  readonly #clock: Clock;
  readonly #failed: (scope: string, error: unknown) => void;
  /** One first translation at a time: a scope shares most of what it is made of with those before it. */
  readonly #translations: SlicedWork;
  #snapshot: Snapshot;
  #revision: number;

  /** @param failed told of a scope that a step could not be translated for: it stays as it was until the next one */
  constructor(snapshot: Snapshot, revision: number, clock: Clock, failed: (scope: string, error: unknown) => void) {
    this.#snapshot = snapshot;
    this.#revision = revision;
    this.#clock = clock;
    this.#failed = failed;
    this.#translations = new SlicedWork(clock);
  }

  get size(): number {
    return this.#scopes.size;
  }

  /** What a scope in use is made of at this moment; undefined until its first translation is done. */
  translation(key: string): ScopeTranslation | undefined {
    return this.#scopes.get(key)?.translation;
  }

  /** The resources of a scope for one more proxy, when they are complete; to be followed by {@link leave} when it goes. */
  async enter(scope: Scope): Promise<ResourceSet> {
    const shared = this.#scopes.get(scope.key) ?? this.#open(scope);
    shared.cancelRemoval?.();
    shared.cancelRemoval = undefined;
    shared.users += 1;
    await shared.ready;
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
  advance(step: Advance): void {
    this.#snapshot = step.snapshot;
    this.#revision = step.revision;
    for (const shared of this.#scopes.values()) {
      if (shared.translation === undefined) shared.missed.push(step);
      else shared.translation = this.#bring(shared, shared.translation, step);
    }
  }

  stop(): void {
    for (const shared of this.#scopes.values()) shared.cancelRemoval?.();
  }

  #open(scope: Scope): SharedScope {
    const shared: SharedScope = { scope, resources: new ResourceSet(scope.key), ready: Promise.resolve(), translation: undefined, missed: [], stale: false, users: 0 };
    this.#scopes.set(scope.key, shared);
    shared.ready = this.#translations.add(this.#translate(shared)).catch((error: unknown) => {
      // Whoever comes next tries again.
      this.#scopes.delete(scope.key);
      throw error;
    });
    return shared;
  }

  /** Translates a scope as the mesh is when its turn comes, and then what changed meanwhile. */
  *#translate(shared: SharedScope): Generator<undefined, void> {
    const { scope, resources } = shared;
    const revision = this.#revision;
    const steps = translateScopeInSteps(this.#snapshot, scope);
    shared.missed = [];
    let step = steps.next();
    for (; step.done !== true; step = steps.next()) {
      resources.apply({ upserts: step.value, removals: [], revision });
      yield;
    }
    let translation = step.value;
    for (const missed of shared.missed) {
      translation = this.#bring(shared, translation, missed);
      yield;
    }
    shared.translation = translation;
    shared.missed = [];
  }

  /** Brings one scope to the next snapshot; a fault in one scope is not to end the others. */
  #bring(shared: SharedScope, before: ScopeTranslation, step: Advance): ScopeTranslation {
    try {
      const translation = shared.stale ? replace(shared, step) : update(shared, before, step);
      shared.stale = false;
      return translation;
    } catch (error) {
      shared.stale = true;
      this.#failed(shared.scope.key, error);
      return before;
    }
  }
}

function update({ resources }: SharedScope, before: ScopeTranslation, { snapshot, delta, revision }: Advance): ScopeTranslation {
  const { translation, upserts, removals } = retranslateScope(before, snapshot, delta);
  resources.apply({ upserts, removals, revision });
  return translation;
}

function replace({ scope, resources }: SharedScope, { snapshot, revision }: Advance): ScopeTranslation {
  const translation = translateScope(snapshot, scope);
  resources.replace({ resources: translation.resources(), revision });
  return translation;
}
