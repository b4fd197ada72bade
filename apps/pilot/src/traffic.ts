import type { Snapshot } from '@flotilla/mesh';
import type { Clock } from '@flotilla/runtime';
import { mayChangeScope, proxyFromNode, retranslateProxy, scopeOf, translateProxy, type ProxyDescription, type ProxyTranslation } from '@flotilla/translate';
import { ResourceSet, type ConnectedProxy, type Target } from '@flotilla/xds';
import type { MeshStep } from './mesh-follower.ts';
import { Scopes } from './scopes.ts';

interface Served {
  readonly description: ProxyDescription;
  readonly target: Target;
  translation: ProxyTranslation;
}

/** What every connected proxy is to run: its scope's resources, shared, under those of its own. */
export class Traffic {
  readonly #served = new Map<ConnectedProxy, Served>();
  readonly #scopes: Scopes;
  #snapshot: Snapshot;
  #revision: number;

  constructor(snapshot: Snapshot, revision: number, clock: Clock) {
    this.#snapshot = snapshot;
    this.#revision = revision;
    this.#scopes = new Scopes(clock);
  }

  get scopes(): number {
    return this.#scopes.size;
  }

  /** What a proxy that has just connected is to run. */
  connect(proxy: ConnectedProxy): Target {
    return this.#serve(proxy, proxyFromNode(proxy.node, proxy.protocol));
  }

  disconnect(proxy: ConnectedProxy): void {
    const served = this.#served.get(proxy);
    if (served === undefined) return;
    this.#served.delete(proxy);
    this.#scopes.leave(served.target.scope.key);
  }

  /** Brings all of it to the next snapshot; the work is in proportion to what the delta names. */
  advance({ snapshot, delta }: MeshStep, revision: number): void {
    this.#snapshot = snapshot;
    this.#revision = revision;
    this.#scopes.advance(snapshot, delta, revision);
    for (const [proxy, served] of this.#served) {
      const { translation, upserts, removals } = retranslateProxy(served.translation, snapshot, delta);
      served.translation = translation;
      if (upserts.length > 0 || removals.length > 0) served.target.own.apply({ upserts, removals, revision });
      if (mayChangeScope(served.description, delta) && scopeOf(snapshot, served.description).key !== served.target.scope.key) this.#move(proxy, served);
    }
  }

  /** What a connected proxy is to run at this moment, by its node id. */
  targetOf(id: string): Target | undefined {
    for (const [proxy, served] of this.#served) if (proxy.node.id === id) return served.target;
    return undefined;
  }

  stop(): void {
    this.#scopes.stop();
  }

  #serve(proxy: ConnectedProxy, description: ProxyDescription): Target {
    const scope = scopeOf(this.#snapshot, description);
    const translation = translateProxy(this.#snapshot, description);
    const target: Target = {
      scope: this.#scopes.enter(scope, this.#snapshot, this.#revision),
      own: new ResourceSet(description.id, { resources: translation.resources, revision: this.#revision }),
    };
    this.#served.set(proxy, { description, target, translation });
    return target;
  }

  #move(proxy: ConnectedProxy, served: Served): void {
    const target = this.#serve(proxy, served.description);
    this.#scopes.leave(served.target.scope.key);
    proxy.retarget(target);
  }
}
