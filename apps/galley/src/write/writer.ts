import { bucketNames, bucketOfKind, type BucketName, type Bus } from '@flotilla/bus';
import { FlotillaError, type Code } from '@flotilla/errors';
import { parseResourceKey, type MeshResource } from '@flotilla/resources';
import { Slices, type Clock, type Logger } from '@flotilla/runtime';
import { resourcesOf, type MeshState } from '../state/mesh-state.ts';
import { timestampOf } from '../timestamp.ts';
import type { Intent, Result } from './edit.ts';
import { Plan, type Refusal } from './plan.ts';
import type { Source } from './source.ts';

/** More writes than this may not wait for their turn. */
const longestQueue = 2_000;

/** What a write came to. */
export interface Outcome {
  /** Where the stores are with it; unchanged by a write that changes nothing. */
  readonly revision: Readonly<Record<BucketName, number>>;
  readonly results: readonly Result[];
  /** What could not be done; only a partial intent gets here with any. */
  readonly refusals: readonly Refusal[];
}

/** Told of every write: `OK` or the code of its error, and how long it took, the wait for its turn included. */
export type OnWrite = (outcome: 'OK' | Code, ms: number) => void;

export interface WriterOptions {
  readonly bus: Pick<Bus, 'store' | 'onState' | 'connected'>;
  readonly state: MeshState;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly onWrite: OnWrite;
  readonly newUid: () => string;
  /** The sources that are followed. */
  readonly inForce: ReadonlySet<Source['kind']>;
  readonly trustDomain: string;
}

/** The one way by which anything is written: intents take turns, and each sees what those before it made. */
export class Writer {
  readonly #options: WriterOptions;
  readonly #audit: Logger;
  /** The revision of the last commit to each store; the next write waits until the state has it. */
  readonly #committed: Record<BucketName, { revision: number; life: number }> = {
    config: { revision: 0, life: 0 },
    endpoints: { revision: 0, life: 0 },
  };
  #storesReady = false;
  #turn: Promise<unknown> = Promise.resolve();
  #waiting = 0;

  constructor(options: WriterOptions) {
    this.#options = options;
    this.#audit = options.logger.child({ audit: true });
  }

  /**
   * Commits what an intent asks for, as one revision of each store it touches (of both, only where workload
   * entries and configuration come together; the entries first).
   *
   * @throws FlotillaError with every problem there is; STORE_UNAVAILABLE while NATS is away
   */
  write(intent: Intent): Promise<Outcome> {
    const { clock, onWrite } = this.#options;
    const begun = clock.now();
    const written = this.#inTurn(() => this.#write(intent));
    written.then(
      () => onWrite('OK', clock.now() - begun),
      (error: unknown) => onWrite(error instanceof FlotillaError ? error.code : 'INTERNAL', clock.now() - begun),
    );
    return written;
  }

  /**
   * Says whether the stores are known to be there and whole. Until then nothing is written: the first write
   * to a store that NATS lost would count as all there is.
   */
  set storesReady(ready: boolean) {
    this.#storesReady = ready;
  }

  get storesReady(): boolean {
    return this.#storesReady;
  }

  /** Where the stores are. */
  get revision(): Readonly<Record<BucketName, number>> {
    return this.#revision();
  }

  /**
   * Fills a store that NATS lost with all that is known to have been in it.
   * @returns how many resources that were
   */
  refill(bucket: BucketName): Promise<number> {
    return this.#inTurn(async () => {
      const resources = resourcesOf(bucket, this.#options.state.all());
      if (resources.length === 0) return 0;
      await this.#commit(bucket, resources.map(withoutVersion), []);
      return resources.length;
    });
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    if (this.#waiting >= longestQueue) return Promise.reject(new FlotillaError('STORE_UNAVAILABLE', 'Too many writes are waiting'));
    this.#waiting += 1;
    const done = this.#turn.then(work).finally(() => {
      this.#waiting -= 1;
    });
    this.#turn = done.catch(() => undefined);
    return done;
  }

  async #write(intent: Intent): Promise<Outcome> {
    const planned = await this.#plan(intent);
    if (intent.partial !== true) refuse(planned.refusals);
    if (intent.dryRun === true) return { revision: this.#revision(), results: planned.results, refusals: planned.refusals };
    if (!this.#storesReady && planned.upserts.length + planned.removals.length > 0) {
      throw new FlotillaError('STORE_UNAVAILABLE', 'NATS cannot be reached at the moment, or its stores are not prepared yet');
    }
    const touched = await this.#commitPlan(planned);
    if (touched) this.#record(intent, planned);
    return { revision: this.#revision(), results: planned.results.map((result) => this.#stored(result)), refusals: planned.refusals };
  }

  async #plan({ author, edits }: Intent): Promise<Plan> {
    const { state, clock, newUid, inForce, trustDomain } = this.#options;
    this.#demandCurrentState();
    const now = timestampOf(clock.now());
    const planned = new Plan(state, { author, now, newUid, inForce, trustDomain });
    const before = this.#position();
    const slices = new Slices(clock);
    for (const edit of edits(state)) {
      planned.take(edit);
      if (slices.over) await slices.next();
    }
    // Nobody else writes, but a store that was lost may have been read again meanwhile.
    if (this.#position() !== before) throw new FlotillaError('STORE_UNAVAILABLE', 'The store was read again after an interruption while the change was being prepared');
    return planned;
  }

  /** Tells one state of the stores from every other. */
  #position(): string {
    const { state } = this.#options;
    return bucketNames.map((bucket) => `${state.life(bucket)}.${state.revision(bucket)}`).join(' ');
  }

  /** Entries go before the configuration that may refer to them. */
  async #commitPlan({ upserts, removals }: Plan): Promise<boolean> {
    let touched = false;
    for (const bucket of [...bucketNames].reverse()) {
      const ups = resourcesOf(bucket, upserts);
      const downs = removals.filter((key) => bucketOfKind(parseResourceKey(key).kind) === bucket);
      if (ups.length === 0 && downs.length === 0) continue;
      await this.#commit(bucket, ups.map(withoutVersion), downs);
      touched = true;
    }
    return touched;
  }

  /** Commits, and waits until the state has it, so that whoever is answered reads what they wrote. */
  async #commit(bucket: BucketName, upserts: readonly MeshResource[], removals: readonly string[]): Promise<void> {
    const { bus, state } = this.#options;
    const revision = await bus.store(bucket).commit(upserts, removals);
    this.#committed[bucket] = { revision, life: state.life(bucket) };
    const lost = new AbortController();
    const forget = bus.onState((connected) => {
      if (!connected) lost.abort();
    });
    if (!bus.connected) lost.abort();
    await state.reached(bucket, revision, lost.signal);
    forget();
  }

  /** After a commit whose echo an interruption swallowed, the state has to catch up before the next write may look at it. */
  #demandCurrentState(): void {
    const { state } = this.#options;
    if (state.unread().length > 0) throw new FlotillaError('NOT_READY', 'The stores have not been read yet');
    if (!this.#storesReady) return;
    const behind = bucketNames.some((bucket) => this.#revisionOf(bucket) > state.revision(bucket));
    if (behind) throw new FlotillaError('STORE_UNAVAILABLE', 'The store is being read again after an interruption');
  }

  #revision(): Record<BucketName, number> {
    return { config: this.#revisionOf('config'), endpoints: this.#revisionOf('endpoints') };
  }

  /** The newest that is known: what the state has, or a commit whose echo it has not seen. */
  #revisionOf(bucket: BucketName): number {
    const { state } = this.#options;
    const { revision, life } = this.#committed[bucket];
    return life === state.life(bucket) ? Math.max(revision, state.revision(bucket)) : state.revision(bucket);
  }

  #stored(result: Result): Result {
    return result.change === 'deleted' ? result : { ...result, resource: this.#options.state.get(result.ref) ?? result.resource };
  }

  #record({ author }: Intent, { results }: Plan): void {
    const changes = results.filter(({ change }) => change !== 'unchanged').map(({ ref, change }) => `${change} ${ref}`);
    this.#audit.info({ who: author.name, changes, revision: this.#revision() }, 'the mesh was changed');
  }
}

/** Throws all refusals as one error. */
function refuse(refusals: readonly Refusal[]): void {
  const [first, ...more] = refusals;
  if (first === undefined) return;
  if (more.length === 0) throw first.error;
  throw new FlotillaError(first.error.code, `${refusals.length} of the resources cannot be written`, {
    problems: refusals.map(({ ref, error }) => ({ path: ref, message: error.message })),
  });
}

/** The revision of a resource is that of its message: it is not written into it. */
function withoutVersion(resource: MeshResource): MeshResource {
  const metadata = { ...resource.metadata };
  delete metadata.resourceVersion;
  return { ...resource, metadata };
}
