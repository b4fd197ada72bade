import type { Answer } from './acknowledgements.ts';
import { FrozenView } from './frozen-view.ts';
import { LayeredView } from './layered-view.ts';
import type { NameTable } from './name-table.ts';
import { absent, isResource, type Batch } from './outgoing-queue.ts';
import type { ProxyStanding, ProxyStatus, SyncState } from './proxy-status.ts';
import { PushOrder, type PushPart } from './push-order.ts';
import type { ResourceChange } from './resource-set.ts';
import { resourceTypes, sendOrder } from './resource-type.ts';
import type { Responses } from './response.ts';
import { StreamType, type StreamSource } from './stream-type.ts';
import { changeDelta, changeSotw, type SubscriptionChange } from './subscription.ts';
import type { Suspects } from './suspects.ts';
import { WarmingClusters } from './warming-clusters.ts';
import { byRouteConfiguration, routeConfigurationOf } from './virtual-hosts.ts';
import type { DeltaRequest, SotwRequest, XdsResponse } from './xds-messages.ts';
import type { Target } from './xds-server-options.ts';

/** What a stream tells, besides its responses. */
export interface XdsStreamEvents {
  /** {@link XdsStream.next} may have something now. */
  ready(): void;
  answered(typeUrl: string, answer: Answer, now: number): void;
  /** @param warming clusters among those whose endpoints the proxy has yet to take in */
  overdue(stage: 'clusters' | 'routes', warming: readonly string[]): void;
}

export interface XdsStreamOptions {
  readonly protocol: 'delta' | 'sotw';
  readonly target: Target;
  /** The names of a type that streams subscribe to; shared by all streams. */
  readonly namesOf: (typeUrl: string) => NameTable;
  /** Makes the bytes of responses; shared by all streams. */
  readonly responses: Responses;
  /** What proxies refused; shared by all streams. */
  readonly suspects: Suspects;
  readonly maxResponseBytes: number;
  readonly orderDeadlineMs: number;
  readonly events: XdsStreamEvents;
}

/** How long a proxy that came back keeps what is gone, in milliseconds: until it has said what else it has. */
const keepMs = 2_000;

/**
 * One xDS stream as a state machine: requests and changes of what the proxy sees come in, responses are asked for one by
 * one, as fast as the proxy takes them. It knows no time but what it is told, and reads and writes nothing.
 */
export class XdsStream {
  readonly #options: XdsStreamOptions;
  readonly #view: LayeredView;
  readonly #frozen: FrozenView;
  readonly #order: PushOrder<XdsResponse>;
  readonly #types = new Map<string, StreamType>();
  readonly #warming = new WarmingClusters();
  /** Requests for types that the proxy's scope does not have complete yet, to be taken in when it has. */
  #early: ((now: number) => void)[] = [];
  readonly #source: StreamSource = {
    get: (type, name) => this.#get(type, name),
    list: (type) => this.#list(type),
    suspected: (resource) => this.#options.suspects.has(resource),
  };
  #ordered: readonly StreamType[] = [];
  #nonces = 0;
  #now = 0;
  /** The first revision whose changes wait for the push under way to end. */
  #hiddenSince: number | undefined;
  /** Whether something that a stage waits for may still be on its way out. */
  #leaving = false;
  /** Until when a proxy that came back keeps what is gone: it may not have said yet what else it has. */
  #keepUntil = 0;

  constructor(options: XdsStreamOptions) {
    this.#options = options;
    this.#view = new LayeredView(options.target, {
      changed: (changes, revision) => this.#changed(changes, revision),
      completed: () => this.#completed(),
    });
    this.#frozen = new FrozenView(this.#view);
    this.#order = new PushOrder<XdsResponse>(
      {
        wanted: () => this.#ordered.some((type) => type.wantsPush(this.#mayRemove)),
        send: (part) => this.#send(part),
        settled: (stage) => this.#settled(stage),
        giveUp: (stage) => this.#giveUp(stage),
        begin: () => this.#frozen.freeze(),
        end: () => this.#thaw(),
      },
      options.orderDeadlineMs,
    );
  }

  get scopeKey(): string {
    return this.#view.scopeKey;
  }

  /** When to ask {@link next} again if nothing else happens, in milliseconds of the clock that it is told. */
  get deadline(): number | undefined {
    const keeping = this.#early.length === 0 && !this.#mayRemove && this.#ordered.some(({ traits, queue }) => traits.removedLast && queue.hasRemovals);
    return this.#order.deadline ?? (keeping ? this.#keepUntil : undefined);
  }

  /** Takes in a request of a delta stream. */
  requestDelta(request: DeltaRequest, now: number): void {
    if (this.#isEarly(request.typeUrl, (later) => this.requestDelta(request, later))) return;
    const { type, first } = this.#typeOf(request.typeUrl);
    this.#answer(type, request.responseNonce, request.errorDetail?.message, now);
    if (first && Object.keys(request.initialResourceVersions).length > 0) this.#keepUntil = now + keepMs;
    const wish = { subscribe: request.resourceNamesSubscribe, unsubscribe: request.resourceNamesUnsubscribe };
    this.#subscribed(type, changeDelta(type, wish, first), first ? request.initialResourceVersions : {}, first);
  }

  /** Takes in a request of a state-of-the-world stream. One that answers an older response says nothing of names. */
  requestSotw(request: SotwRequest, now: number): void {
    if (this.#isEarly(request.typeUrl, (later) => this.requestSotw(request, later))) return;
    const { type, first } = this.#typeOf(request.typeUrl);
    // Envoy may carry on with an error of a response before the one that it accepts.
    const accepted = request.versionInfo.endsWith(`.${request.responseNonce}`);
    this.#answer(type, request.responseNonce, accepted ? undefined : request.errorDetail?.message, now);
    const stale = request.responseNonce !== '' && type.ledger.lastNonce !== '' && request.responseNonce !== type.ledger.lastNonce;
    if (!stale) this.#subscribed(type, changeSotw(type, request.resourceNames), {}, first);
  }

  /** The next response; undefined until something comes in or {@link deadline} passes. */
  next(now: number): XdsResponse | undefined {
    this.#now = now;
    return this.#order.next(now);
  }

  /** All that was given to the wire has left: only now has the proxy time to answer. */
  left(now: number): void {
    if (this.#leaving) this.#order.waitAnew(now);
    this.#leaving = false;
  }

  /** Shows the proxy something else; only what differs is sent. */
  retarget(target: Target): void {
    this.#view.retarget(target);
  }

  /** All changes up to this revision were answered, given that `latest` is the last of all. */
  answeredRevision(latest: number): number {
    if (this.#early.length > 0) return 0;
    const open = this.#ordered.map(({ since }) => since).concat(this.#hiddenSince);
    return Math.max(0, Math.min(latest, ...open.filter((since) => since !== undefined).map((since) => since - 1)));
  }

  /** The refusals in force, of all types. */
  refusals(): ProxyStanding['refusals'] {
    return this.#ordered.flatMap(({ traits: { typeUrl }, ledger }) => (ledger.anyRefused ? ledger.refusals.map((refusal) => ({ ...refusal, typeUrl })) : []));
  }

  status(): Pick<ProxyStatus, 'state' | 'types' | 'warming'> {
    const types = this.#ordered.map((type) => type.status(this.#hiddenSince !== undefined));
    const worst: readonly SyncState[] = ['NACKED', 'STALE', 'NOT_SENT'];
    const otherwise = this.#early.length > 0 ? 'NOT_SENT' : 'SYNCED';
    return { state: worst.find((state) => types.some((type) => type.state === state)) ?? otherwise, types, warming: this.#warming.overdue };
  }

  /** Ends the stream: it is told of no more changes. */
  close(): void {
    this.#view.close();
    for (const type of this.#ordered) type.close();
  }

  /** Whether a request has to wait until its type is complete; it is kept until then. */
  #isEarly(typeUrl: string, takeIn: (now: number) => void): boolean {
    if (this.#view.isComplete(typeUrl)) return false;
    this.#early.push(takeIn);
    return true;
  }

  /** Takes in what has waited long enough; the rest is kept again. */
  #completed(): void {
    for (const takeIn of this.#early.splice(0)) takeIn(this.#now);
    this.#options.events.ready();
  }

  #typeOf(typeUrl: string): { readonly type: StreamType; readonly first: boolean } {
    const known = this.#types.get(typeUrl);
    if (known !== undefined) return { type: known, first: false };
    const { protocol, namesOf } = this.#options;
    const type = new StreamType(typeUrl, protocol, namesOf(typeUrl), this.#source);
    // Not the string of the request, which each stream has another of.
    this.#types.set(type.traits.typeUrl, type);
    this.#ordered = [...this.#types.values()].sort((a, b) => sendOrder(a.traits.typeUrl) - sendOrder(b.traits.typeUrl));
    return { type, first: true };
  }

  #hidesType({ traits }: StreamType): boolean {
    return traits.deltaOnly && this.#options.protocol === 'sotw';
  }

  #get(type: StreamType, name: string) {
    return this.#hidesType(type) ? undefined : this.#frozen.get(type.traits.typeUrl, name);
  }

  #list(type: StreamType) {
    if (this.#hidesType(type)) return [];
    const all = this.#frozen.list(type.traits.typeUrl);
    const routes = this.#types.get(resourceTypes.route);
    if (type.traits.typeUrl !== resourceTypes.virtualHost || routes?.wildcard === true) return all;
    const hosts = byRouteConfiguration(all);
    return [...(routes?.names ?? [])].flatMap((name) => hosts.get(name) ?? []);
  }

  /** A virtual host is of no use to a proxy that has not asked for its route configuration. */
  #subscribes(type: StreamType, name: string): boolean {
    if (!type.subscribes(name)) return false;
    return type.traits.typeUrl !== resourceTypes.virtualHost || this.#types.get(resourceTypes.route)?.subscribes(routeConfigurationOf(name)) === true;
  }

  #answer(type: StreamType, nonce: string, error: string | undefined, now: number): void {
    if (nonce === '') return;
    const exists = (name: string): boolean => this.#subscribes(type, name) && this.#get(type, name) !== undefined;
    const answer = type.ledger.answer(nonce, error, exists, now);
    if (answer === undefined) return;
    for (const { warms } of [...answer.superseded, answer.awaited]) this.#warming.done(warms);
    if (type.traits.refusedWhole) this.#refusedWhole(type, answer);
    this.#options.events.answered(type.traits.typeUrl, answer, now);
    this.#options.events.ready();
  }

  /** Tries again, apart, what was refused together, until what is at fault is known. */
  #refusedWhole({ queue, ledger, traits }: StreamType, { awaited, refusal }: Answer): void {
    if (refusal === undefined && awaited.apart !== true) return;
    const names = [...awaited.resources.map(({ name }) => name), ...(awaited.removals ?? [])];
    if (refusal !== undefined) {
      queue.refused(names, awaited.since);
      const only = names.length === 1 ? this.#frozen.get(traits.typeUrl, names[0] ?? '') : undefined;
      if (only !== undefined) this.#options.suspects.add(only);
    } else queue.apart.accepted(names);
    if (ledger.complete) queue.apart.settled();
  }

  #subscribed(type: StreamType, { all, noLongerAll, added, dropped }: SubscriptionChange, held: Readonly<Record<string, string>>, first: boolean): void {
    const { queue, ledger } = type;
    const revision = this.#frozen.revisionOf(type.traits.typeUrl);
    const presents = Object.keys(held).length > 0;
    // A new proxy has nothing of any revision; one that comes back has what it shows.
    const since = first && !presents ? 0 : revision;
    ledger.presented ||= presents;
    for (const name of dropped) {
      queue.remove(name);
      ledger.forget(name);
    }
    if (noLongerAll) queue.keepOnly((name) => type.names.has(name));
    if (all) {
      queue.addAll(this.#list(type), presents ? held : undefined, since);
      if (presents) for (const [name, version] of Object.entries(held)) if (this.#get(type, name) === undefined) queue.add(name, { version }, since);
    }
    const isEndpoint = type.traits.typeUrl === resourceTypes.endpoint;
    for (const name of added) {
      const version = !presents || (isEndpoint && this.#warming.has(name)) ? undefined : held[name];
      queue.add(name, version === undefined ? undefined : { version }, since);
    }
    if (type.traits.typeUrl === resourceTypes.route) this.#queueVirtualHosts(added);
    queue.mustAnswer ||= (all && !presents) || (this.#options.protocol === 'sotw' && added.length > 0);
    if (all || added.length > 0) this.#options.events.ready();
  }

  #changed(changes: readonly ResourceChange[], revision: number): void {
    for (const change of changes) this.#queue(change, revision);
    this.#options.events.ready();
  }

  #queue(change: ResourceChange, revision: number): void {
    const type = this.#types.get(change.typeUrl);
    const concerns = type !== undefined && this.#subscribes(type, change.name) && !this.#hidesType(type);
    const hidden = this.#frozen.hides(change);
    if (!concerns) return;
    if (hidden) this.#hiddenSince ??= revision;
    else type.queue.add(change.name, change.before ?? absent, revision);
  }

  #thaw(): void {
    const since = this.#hiddenSince;
    this.#hiddenSince = undefined;
    for (const change of this.#frozen.thaw()) this.#queue(change, since ?? this.#view.revision);
  }

  get #mayRemove(): boolean {
    return this.#early.length === 0 && this.#now >= this.#keepUntil;
  }

  #send(part: PushPart): XdsResponse | undefined {
    if (part === 'removals' && !this.#mayRemove) return undefined;
    for (const type of this.#ordered) {
      const { stage, removedLast } = type.traits;
      const belongs = part === 'free' ? stage === 'free' : part === 'clusters' ? stage === 'first' : part === 'routes' ? stage === 'last' : removedLast;
      if (!belongs) continue;
      const { queue } = type;
      const response = queue.hasUpserts || queue.hasRemovals ? this.#respond(type, part === 'removals' || !removedLast, part) : undefined;
      if (response !== undefined) return response;
    }
    return undefined;
  }

  #respond(type: StreamType, withRemovals: boolean, part: PushPart): XdsResponse | undefined {
    const { traits, queue, ledger } = type;
    const since = queue.since ?? this.#frozen.revisionOf(traits.typeUrl);
    const whole = this.#options.protocol === 'sotw' && traits.wholeSets;
    const batch = queue.take(whole || traits.atOnce ? Infinity : this.#options.maxResponseBytes, withRemovals);
    const idle = !queue.hasUpserts && !queue.hasRemovals;
    const silent = batch === undefined || (this.#options.protocol === 'sotw' && !whole && !batch.due && batch.upserts.length === 0);
    if (silent) {
      if (idle && type.subscribesAnything && ledger.lastNonce === '') ledger.present(this.#frozen.revisionOf(traits.typeUrl));
      return undefined;
    }
    for (const name of batch.removals) ledger.forget(name);
    const revision = this.#frozen.revisionOf(traits.typeUrl);
    this.#nonces += 1;
    const nonce = this.#nonces.toString(36);
    // In state of the world the version tells which response was the last one accepted.
    const version = this.#options.protocol === 'delta' ? String(revision) : `${revision}.${nonce}`;
    const head = { typeUrl: traits.typeUrl, version, nonce };
    const resources = whole ? this.#wholeSet(type) : batch.upserts;
    const { protocol, responses } = this.#options;
    const bytes = protocol === 'delta' ? responses.delta(head, resources, batch.removals) : responses.sotw(head, resources);
    const warms = this.#warmedBy(type, batch);
    const gates = part === 'routes' || (traits.stage === 'first' && batch.upserts.length > 0);
    ledger.sent({ nonce, revision, since, sentAt: this.#now, resources, removals: batch.removals, apart: batch.apart, warms, gates });
    const warmsFirst = this.#warming.given(warms);
    if (warmsFirst) this.#order.waitAnew(this.#now);
    this.#leaving ||= gates || warmsFirst;
    if (traits.typeUrl === resourceTypes.cluster) this.#clustersSent(batch);
    if (traits.typeUrl === resourceTypes.route) this.#queueVirtualHosts(batch.upserts.map(({ name }) => name));
    return { typeUrl: traits.typeUrl, nonce, bytes, resources: resources.length };
  }

  /** All that a state-of-the-world response has to hold, with what the proxy is to keep for now. */
  #wholeSet(type: StreamType) {
    const current = type.wildcard ? this.#list(type) : [...type.names].map((name) => this.#get(type, name)).filter((each) => each !== undefined);
    if (!type.queue.hasRemovals) return current;
    return [...current, ...[...type.queue.removals].filter(isResource)];
  }

  #warmedBy(type: StreamType, batch: Batch): readonly string[] {
    if (type.traits.typeUrl !== resourceTypes.endpoint || !this.#warming.any) return [];
    return [...batch.upserts.map(({ name }) => name), ...batch.removals].filter((name) => this.#warming.has(name));
  }

  /** A cluster that was sent needs its endpoints after it, also those that the proxy has. */
  #clustersSent({ upserts, removals }: Batch): void {
    this.#warming.done(removals);
    const endpoints = this.#types.get(resourceTypes.endpoint);
    const routed = this.#mayRoute;
    for (const { name } of upserts) {
      const subscribed = endpoints?.subscribes(name) === true;
      if ((!routed && !subscribed) || this.#frozen.get(resourceTypes.endpoint, name) === undefined) continue;
      if (routed) this.#warming.sent(name);
      if (subscribed) endpoints.queue.add(name, undefined, this.#view.revision);
    }
  }

  /** Envoy forgets the virtual hosts of a route configuration that it is given anew, or no longer had. */
  #queueVirtualHosts(routeConfigurations: readonly string[]): void {
    const type = this.#types.get(resourceTypes.virtualHost);
    if (type?.wildcard !== true || routeConfigurations.length === 0) return;
    const hosts = byRouteConfiguration(this.#frozen.list(type.traits.typeUrl));
    for (const each of routeConfigurations) for (const { name } of hosts.get(each) ?? []) type.queue.add(name, undefined, this.#view.revision);
  }

  /**
   * Whether the proxy may have listeners or routes: only then is there something that waiting for endpoints keeps
   * whole. Who has just started takes none before its first clusters have theirs.
   */
  get #mayRoute(): boolean {
    return this.#options.protocol === 'sotw' || this.#ordered.some(({ traits, ledger }) => ledger.presented || (traits.stage === 'last' && ledger.lastNonce !== ''));
  }

  #settled(stage: 'clusters' | 'routes'): boolean {
    const wanted = stage === 'clusters' ? 'first' : 'last';
    if (this.#ordered.some(({ traits, ledger }) => traits.stage === wanted && ledger.gated)) return false;
    // Who has never asked for endpoints will not ask for these.
    if (stage === 'routes' || !this.#warming.awaited || !this.#types.has(resourceTypes.endpoint)) {
      if (stage === 'clusters') this.#warming.clear();
      return true;
    }
    return false;
  }

  #giveUp(stage: 'clusters' | 'routes'): void {
    const wanted = stage === 'clusters' ? 'first' : 'last';
    for (const { traits, ledger } of this.#ordered) if (traits.stage === wanted) ledger.giveUp();
    if (stage === 'clusters') this.#warming.giveUp();
    this.#options.events.overdue(stage, this.#warming.overdue);
  }
}
