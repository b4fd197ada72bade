import type { Snapshot, SnapshotDelta } from '@flotilla/mesh';
import { retranslateScope, translatesAnew, translateScopeInSteps, type Scope, type ScopeTranslation } from '@flotilla/translate';
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
  /** The last translation of the whole is done. */
  ready: Promise<void>;
  /** Undefined until the first one is. */
  translation: ScopeTranslation | undefined;
  /** Steps of the mesh while the whole is translated, to be made up for at the end; undefined at other times. */
  missed: Advance[] | undefined;
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
  /** One whole at a time: a scope shares most of what it is made of with those before it. */
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

  /** What a scope in use is made of at this moment; undefined while the whole is translated. */
  translation(key: string): ScopeTranslation | undefined {
    const shared = this.#scopes.get(key);
    return shared?.missed === undefined ? shared?.translation : undefined;
  }

  /**
   * The resources of a scope for one more proxy, which may still be made: types become complete one after the other. To be
   * followed by {@link leave} when it goes.
   */
  enter(scope: Scope): ResourceSet {
    const shared = this.#scopes.get(scope.key) ?? this.#open(scope);
    shared.cancelRemoval?.();
    shared.cancelRemoval = undefined;
    shared.users += 1;
    // Whoever comes after a first translation that failed tries again.
    if (shared.translation === undefined && shared.missed === undefined) this.#begin(shared);
    return shared.resources;
  }

  /**
   * Resolves when all of a scope that was entered is there, and up to date.
   *
   * @throws what its first translation failed with
   */
  async whole(key: string): Promise<void> {
    const shared = this.#scopes.get(key);
    // A change of what holds for the whole mesh begins another one.
    for (let ready; ready !== shared?.ready; ) await (ready = shared?.ready);
  }

  /** One proxy less uses the scope; the last one leaves it to be forgotten after a while. */
  leave(key: string): void {
    const shared = this.#scopes.get(key);
    if (shared === undefined) return;
    shared.users -= 1;
    if (shared.users === 0) shared.cancelRemoval = this.#clock.after(idleMs, () => void this.#scopes.delete(key));
  }

  /**
   * Brings every scope to the next snapshot; streams are told of what really differs. Scopes of which everything has to be
   * made anew are so little by little: {@link translation} says which, and {@link whole} waits for them.
   */
  advance(step: Advance): void {
    this.#snapshot = step.snapshot;
    this.#revision = step.revision;
    for (const shared of this.#scopes.values()) {
      if (shared.missed === undefined) this.#bring(shared, step);
      else shared.missed.push(step);
    }
  }

  stop(): void {
    for (const shared of this.#scopes.values()) shared.cancelRemoval?.();
  }

  #open(scope: Scope): SharedScope {
    const shared: SharedScope = { scope, resources: ResourceSet.unfilled(scope.key), ready: Promise.resolve(), translation: undefined, missed: undefined, stale: false, users: 0 };
    this.#scopes.set(scope.key, shared);
    return shared;
  }

  /** Has the whole of a scope translated when its turn comes. */
  #begin(shared: SharedScope): void {
    shared.missed = [];
    shared.ready = this.#translations.add(this.#translate(shared)).catch((error: unknown) => {
      shared.missed = undefined;
      this.#fail(shared, error);
      if (shared.translation === undefined) throw error;
    });
    // Nobody may be waiting for it.
    shared.ready.catch(() => undefined);
  }

  /** Translates a scope as the mesh is when its turn comes, in an order that no proxy stumbles over, and then what changed meanwhile. */
  *#translate(shared: SharedScope): Generator<undefined, void> {
    const { scope, resources } = shared;
    const revision = this.#revision;
    const missed: Advance[] = (shared.missed = []);
    const gone = new Map([...resources.typeUrls].map((typeUrl) => [typeUrl, new Set(resources.all(typeUrl).keys())]));
    const steps = translateScopeInSteps(this.#snapshot, scope, (typeUrls) => resources.complete(typeUrls));
    let step = steps.next();
    for (; step.done !== true; step = steps.next()) {
      for (const { typeUrl, name } of step.value) gone.get(typeUrl)?.delete(name);
      resources.apply({ upserts: step.value, removals: [], revision });
      yield;
    }
    resources.apply({ upserts: [], removals: [...gone].flatMap(([typeUrl, names]) => [...names].map((name) => ({ typeUrl, name }))), revision });
    shared.translation = step.value;
    shared.stale = false;
    for (const each of missed) {
      // One of them may have begun another translation, which makes up for the rest.
      if (shared.missed !== missed) return;
      this.#bring(shared, each);
      yield;
    }
    if (shared.missed !== missed) return;
    shared.missed = undefined;
    resources.complete();
  }

  /** Brings one scope to the next snapshot; a fault in one scope is not to end the others. */
  #bring(shared: SharedScope, { snapshot, delta, revision }: Advance): void {
    const { translation: before, resources } = shared;
    try {
      if (before === undefined || shared.stale || translatesAnew(before, snapshot, delta)) {
        this.#begin(shared);
        return;
      }
      const { translation, upserts, removals } = retranslateScope(before, snapshot, delta);
      resources.apply({ upserts, removals, revision });
      shared.translation = translation;
    } catch (error) {
      this.#fail(shared, error);
    }
  }

  #fail(shared: SharedScope, error: unknown): void {
    shared.stale = true;
    this.#failed(shared.scope.key, error);
  }
}
