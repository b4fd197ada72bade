import { advance, type Snapshot } from '@flotilla/mesh';
import { resourceKey, type MeshResource } from '@flotilla/resources';
import type { Clock, Logger } from '@flotilla/runtime';
import {
  isPatchedBy,
  mayChangeScope,
  proxyFromNode,
  retranslateProxy,
  retranslateScope,
  scopeOf,
  translateProxy,
  type ProxyDescription,
  type ProxyTranslation,
  type ResourceName,
} from '@flotilla/translate';
import { ResourceSet, type ConnectedProxy, type Target } from '@flotilla/xds';
import type { MeshStep } from './mesh-follower.ts';
import type { Previewed } from './preview.ts';
import { Scopes } from './scopes.ts';
import { SlicedWork } from './sliced-work.ts';

interface Served {
  readonly description: ProxyDescription;
  target: Target;
  translation: ProxyTranslation;
  /** What is its own has to be made anew: what holds for the whole mesh changed, or the last step could not be translated. */
  stale: boolean;
  /** It is on its way to another scope, or to what is made anew for it. */
  moving: boolean;
}

/** What every connected proxy is to run: its scope's resources, shared, under those of its own. */
export class Traffic {
  readonly #served = new Map<ConnectedProxy, Served>();
  readonly #scopes: Scopes;
  readonly #work: SlicedWork;
  readonly #logger: Logger;
  #snapshot: Snapshot;
  #revision: number;
  /** Whatever was to be made anew by now has been. */
  #remade: Promise<void> = Promise.resolve();

  constructor(snapshot: Snapshot, revision: number, { clock, logger }: { readonly clock: Clock; readonly logger: Logger }) {
    this.#snapshot = snapshot;
    this.#revision = revision;
    this.#logger = logger;
    this.#work = new SlicedWork(clock);
    this.#scopes = new Scopes(snapshot, revision, clock, (scope, error) => logger.error({ err: error, scope }, 'a change could not be translated; the proxies keep what they have'));
  }

  get scopes(): number {
    return this.#scopes.size;
  }

  /** What a proxy that has just connected is to run. */
  connect(proxy: ConnectedProxy): Target {
    const description = proxyFromNode(proxy.node, proxy.protocol);
    const scope = this.#scopes.enter(scopeOf(this.#snapshot, description));
    const translation = translateProxy(this.#snapshot, description);
    const target: Target = { scope, own: new ResourceSet(description.id, { resources: translation.resources, revision: this.#revision }) };
    this.#served.set(proxy, { description, target, translation, stale: false, moving: false });
    return target;
  }

  disconnect(proxy: ConnectedProxy): void {
    const served = this.#served.get(proxy);
    if (served === undefined) return;
    this.#served.delete(proxy);
    this.#scopes.leave(served.target.scope.key);
  }

  /**
   * Brings all of it to the next snapshot; the work is in proportion to what the delta names. Where that is everything, it is
   * done little by little, and proxies are behind until then.
   */
  advance({ snapshot, delta }: MeshStep, revision: number): void {
    this.#snapshot = snapshot;
    this.#revision = revision;
    this.#scopes.advance({ snapshot, delta, revision });
    if (delta.mesh) for (const served of this.#served.values()) served.stale = true;
    if (this.#served.values().some(({ stale }) => stale)) this.#remade = this.#work.add(this.#remake());
    for (const [proxy, served] of this.#served) {
      const { stale } = served;
      if (!stale) this.#bring(served, { snapshot, delta }, revision);
      const { key } = served.target.scope;
      const moves = mayChangeScope(served.description, delta) && scopeOf(snapshot, served.description).key !== key;
      if (stale || moves || this.#scopes.translation(key) === undefined) void this.#move(proxy, served);
    }
  }

  /** Brings what is a proxy's own to the next snapshot; a fault in one is not to end the others. */
  #bring(served: Served, { snapshot, delta }: Pick<MeshStep, 'snapshot' | 'delta'>, revision: number): void {
    try {
      const { translation, upserts, removals } = retranslateProxy(served.translation, snapshot, delta);
      served.translation = translation;
      if (upserts.length > 0 || removals.length > 0) served.target.own.apply({ upserts, removals, revision });
    } catch (error) {
      this.#failed(served, error);
    }
  }

  /** Makes what is stale anew, proxy by proxy. */
  *#remake(): Generator<undefined, void> {
    for (const served of this.#served.values()) {
      if (!served.stale) continue;
      try {
        served.translation = translateProxy(this.#snapshot, served.description);
        served.target.own.replace({ resources: served.translation.resources, revision: this.#revision });
        served.stale = false;
      } catch (error) {
        this.#failed(served, error);
      }
      yield;
    }
  }

  #failed(served: Served, error: unknown): void {
    served.stale = true;
    this.#logger.error({ err: error, proxy: served.description.id }, 'a change could not be translated; the proxy keeps what it has');
  }

  /** The mesh as it is served at this moment. */
  get snapshot(): Snapshot {
    return this.#snapshot;
  }

  /** A connected proxy by its node id: what it is, and what it is to run at this moment. */
  find(id: string): Readonly<Served> | undefined {
    for (const [proxy, served] of this.#served) if (proxy.node.id === id) return served;
    return undefined;
  }

  /** The same once all that the proxy shares with others is made, so that nothing of it is missing. */
  async findWhole(id: string): Promise<Readonly<Served> | undefined> {
    const served = this.find(id);
    if (served !== undefined) await this.#scopes.whole(served.target.scope.key);
    return served;
  }

  /** The connected proxies. */
  *descriptions(): Generator<ProxyDescription> {
    for (const { description } of this.#served.values()) yield description;
  }

  /** Whether a connected proxy would be given something else under a name if there were no such resource. */
  dependsOn(id: string, given: ResourceName, resource: MeshResource): boolean {
    const served = this.find(id);
    const scope = served === undefined ? undefined : this.#scopes.translation(served.target.scope.key);
    if (served === undefined || scope === undefined) return false;
    const key = resourceKey(resource);
    if (resource.kind === 'EnvoyFilter') return isPatchedBy(this.#snapshot, served.description, key, given.typeUrl);
    const { snapshot, delta } = advance(this.#snapshot, { upserts: [], removals: [key] });
    const updates = [retranslateProxy(served.translation, snapshot, delta), retranslateScope(scope, snapshot, delta)];
    return updates.some(({ upserts, removals }) => [...upserts, ...removals].some(({ typeUrl, name }) => typeUrl === given.typeUrl && name === given.name));
  }

  /** The connected proxies with what is made for them at this moment; without those for which it is being made anew. */
  previewed(): Previewed[] {
    return [...this.#served.values()].flatMap(({ target, translation, stale }) => {
      const scope = this.#scopes.translation(target.scope.key);
      return scope === undefined || stale ? [] : [{ scope, own: translation }];
    });
  }

  stop(): void {
    this.#scopes.stop();
  }

  /** Enters the scope that a proxy belongs to, when all of that is there. */
  async #enterWhole(description: ProxyDescription): Promise<ResourceSet> {
    for (;;) {
      const scope = scopeOf(this.#snapshot, description);
      const { key } = scope;
      const resources = this.#scopes.enter(scope);
      try {
        await this.#scopes.whole(key);
      } catch (error) {
        this.#scopes.leave(key);
        throw error;
      }
      if (scopeOf(this.#snapshot, description).key === key) return resources;
      this.#scopes.leave(key);
    }
  }

  /**
   * Shows a proxy the scope that it belongs to now, which may be the one it had, made anew; until that and what is its own
   * are complete it is behind.
   */
  async #move(proxy: ConnectedProxy, served: Served): Promise<void> {
    proxy.outdated(this.#revision);
    if (served.moving) return;
    served.moving = true;
    const remade = this.#remade;
    await remade;
    const scope = await this.#enterWhole(served.description).catch((error: unknown) => {
      this.#logger.error({ err: error, proxy: served.description.id }, 'a scope could not be translated; the proxy stays where it is');
      return undefined;
    });
    served.moving = false;
    if (scope === undefined) return;
    const connected = this.#served.get(proxy) === served;
    if (connected && served.stale && remade !== this.#remade) {
      this.#scopes.leave(scope.key);
      return this.#move(proxy, served);
    }
    this.#scopes.leave(connected ? served.target.scope.key : scope.key);
    if (!connected) return;
    served.target = { ...served.target, scope };
    proxy.retarget(served.target);
  }
}
