import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { createIdentity, type Identity } from '@flotilla/identity';
import { formatSpiffeId } from '@flotilla/pki';
import { WorkloadRegistry } from '@flotilla/protos/flotilla/registry/v1/workload_registry_pb.js';
import { clientCredentials, createClient, plaintextServerCredentials, serveGrpc, type GrpcServer } from '@flotilla/rpc';
import { backoff, delay } from '@flotilla/runtime';
import { secretService, type EncodedSecret } from '@flotilla/sds';
import type { AgentContext } from './agent-context.ts';
import { drain } from './drain.ts';
import { isLive } from './envoy-admin.ts';
import { drainSecondsOf, launchOf, type EnvoyLaunch } from './envoy-launch.ts';
import { fileSecret } from './file-secrets.ts';
import type { HealthFinding } from './probes/health-watch.ts';
import { askForTerms, keepTerms, keptTerms, type ProxyTerms } from './proxy-terms.ts';
import { Registration } from './registration.ts';
import { clearPlace, placeOf, type WorkloadPlace } from './run-folders.ts';
import { identitySecrets } from './secrets.ts';
import { SupervisedEnvoy } from './supervised-envoy.ts';
import { located, workloadKey, type Workload } from './workload.ts';

export type AttachmentState = 'starting' | 'ready' | 'stopping';

/** How often an Envoy is asked whether it is live: quickly at first, while it is awaited, and then at this pace. */
const impatientMs = 50;
const patientMs = 500;

/** An Envoy that is away for this long is no endpoint any more; a restart takes less. */
const absenceMs = 5_000;

/** How long a restart waits for Pilot's word. */
const termsPatienceMs = 3_000;

/** One workload with all that belongs to it: identity, secrets, Envoy, registration. */
export class Attachment {
  readonly workload: Workload;
  /** The same with what holds for all workloads of the agent. */
  readonly #located: Workload;
  readonly #context: AgentContext;
  readonly #logger: AgentContext['logger'];
  readonly #place: WorkloadPlace;
  readonly #envoy: SupervisedEnvoy;
  readonly #stopping = new AbortController();
  readonly #listeners = new Set<() => void>();
  #secrets: ReadonlyMap<string, EncodedSecret> | undefined;
  #identity: Identity | undefined;
  #identityFailure: string | undefined;
  /** By what its Envoy was started. */
  #terms: ProxyTerms | undefined;
  #termsFailure: string | undefined;
  #secretServer: GrpcServer | undefined;
  #registration: Registration | undefined;
  #closeRegistry: (() => void) | undefined;
  #isStopping = false;
  /** Which start of its Envoy was seen live last, by the number of restarts before it. */
  #liveStart: number | undefined;
  /** While it is drained to be restarted, a live Envoy is no reason to register. */
  #held = false;
  #work: Promise<unknown> = Promise.resolve();

  constructor(workload: Workload, context: AgentContext) {
    const key = workloadKey(workload);
    const { folders } = context;
    this.workload = workload;
    this.#located = located(workload, context.settings);
    this.#context = context;
    this.#logger = context.logger.child({ workload: key });
    this.#place = placeOf(folders, key);
    this.#envoy = new SupervisedEnvoy({
      program: context.envoyProgram,
      folder: this.#place.folder,
      logFile: context.logFolder === undefined ? undefined : join(context.logFolder, `envoy-${workload.namespace}-${workload.name}.log`),
      clock: context.clock,
      logger: this.#logger,
      random: context.random,
    });
  }

  get state(): AttachmentState {
    if (this.#isStopping) return 'stopping';
    return this.#envoy.pid !== undefined && this.#liveStart === this.#envoy.restarts ? 'ready' : 'starting';
  }

  /** Where its Envoy's admin interface answers. */
  get adminSocket(): string {
    return this.#place.adminSocket;
  }

  get envoy(): Pick<SupervisedEnvoy, 'pid' | 'restarts' | 'adopted' | 'lastEnd'> {
    return this.#envoy;
  }

  /** The identity it has; undefined while Citadel has not given one. */
  get identity(): Identity | undefined {
    return this.#identity;
  }

  get registered(): boolean {
    return this.#registration?.registered ?? false;
  }

  /** Whether it is as far in the mesh as the agent brings it. */
  get attached(): boolean {
    return this.state === 'ready' && this.#identity !== undefined && (this.registered || !this.#context.settings.register);
  }

  /** What the probe of its group found out last. */
  get health(): HealthFinding | undefined {
    return this.#registration?.health;
  }

  /** What keeps it from being fully at work, in sentences. */
  get problems(): string[] {
    const registration = this.#registration?.failure;
    return [
      ...(this.#identity === undefined ? [`there is no certificate yet${this.#identityFailure === undefined ? '' : `: ${this.#identityFailure}`}`] : []),
      ...(this.#terms === undefined && this.#termsFailure !== undefined ? [`Pilot has not said yet how its Envoy is to be run: ${this.#termsFailure}`] : []),
      ...(this.state === 'starting' ? ['its Envoy is not live yet'] : []),
      ...(this.#envoy.pid === undefined && this.#envoy.lastEnd !== undefined ? [`its Envoy does not run: ${this.#envoy.lastEnd}`] : []),
      ...(registration === undefined ? [] : [`it cannot be registered: ${registration}`]),
      ...(this.health?.healthy === false ? [`it is not healthy: ${this.health.message}`] : []),
    ];
  }

  /** The workload's SPIFFE id. */
  get spiffeId(): string {
    const { namespace, serviceAccount } = this.workload;
    return formatSpiffeId({ trustDomain: this.#context.settings.trustDomain, namespace, serviceAccount });
  }

  /**
   * Starts everything, the Envoy once Pilot has said how it is to be run; one that an earlier life of the agent started
   * is taken over as it is. What cannot be had yet is retried from then on.
   */
  async start(): Promise<void> {
    const { clock } = this.#context;
    await mkdir(this.#place.folder, { recursive: true, mode: 0o700 });
    const source = {
      current: () => {
        const own = this.#secrets;
        return own && { get: (name: string) => own.get(name) ?? fileSecret(name) };
      },
      onChange: (listener: () => void) => {
        this.#listeners.add(listener);
        return () => this.#listeners.delete(listener);
      },
    };
    this.#secretServer = await serveGrpc({
      address: `unix:${this.#place.secretSocket}`,
      credentials: plaintextServerCredentials(),
      services: [secretService(() => source, this.#logger)],
      logger: this.#logger,
      clock,
    });
    const kept = await keptTerms(this.#place.folder);
    if (kept !== undefined && (await this.#envoy.adopt(this.#launch(kept)))) this.#terms = kept;
    this.#work = Promise.all([this.#begin(), this.#watchEnvoy()]).catch((error: unknown) => {
      if (!this.#stopping.signal.aborted) this.#logger.error({ err: error }, 'the care for a workload ended');
    });
  }

  /** Lets the Envoy finish, and starts it again, by what Pilot says now; or as it was, while no Pilot answers. */
  async restart(): Promise<void> {
    const before = this.#terms;
    if (before === undefined) return;
    this.#held = true;
    try {
      await this.#registration?.withdraw();
      await this.#drain(drainSecondsOf(this.workload, before));
      await this.#envoy.restart(await this.#adopt(await this.#termsNow(before)));
      if (this.#identity !== undefined) this.#handSecrets(this.#identity);
    } finally {
      this.#held = false;
    }
  }

  /**
   * Takes the workload out of the mesh, lets its Envoy finish, and stops it.
   * @param longestDrainSeconds where there is no time to wait for longer
   */
  async stop(longestDrainSeconds = Infinity): Promise<void> {
    this.#isStopping = true;
    await this.#registration?.withdraw();
    await this.#drain(Math.min(drainSecondsOf(this.workload, this.#terms), longestDrainSeconds));
    this.#stopping.abort();
    await this.#envoy.stop();
    await this.#secretServer?.stop(500);
    this.#identity?.close();
    await this.#work;
    this.#closeRegistry?.();
    await clearPlace(this.#place);
    this.#logger.info('stopped');
  }

  #drain(seconds: number): Promise<void> {
    return drain(this.adminSocket, { clock: this.#context.clock, seconds, httpProxyPort: this.workload.httpProxyPort });
  }

  /** Gets the workload its identity, what comes with it, and its Envoy. */
  async #begin(): Promise<void> {
    const identity = await this.#obtainIdentity();
    if (this.#terms === undefined) await this.#envoy.start(await this.#adopt(await this.#askForTerms(identity, this.#stopping.signal)));
    this.#handSecrets(identity);
    identity.onRotate(() => this.#handSecrets(identity));
    if (this.#context.settings.register) this.#prepareRegistration(identity);
  }

  #askForTerms(identity: Identity, signal: AbortSignal): Promise<ProxyTerms> {
    const { settings, pilotSpiffeId, clock, random } = this.#context;
    const onFailure = (reason: string): void => {
      this.#termsFailure = reason;
    };
    return askForTerms({ workload: this.#located, pilotAddress: settings.pilotAddress, pilotSpiffeId, identity, clock, random, signal, onFailure });
  }

  /** What Pilot says now, if it answers soon. */
  async #termsNow(before: ProxyTerms): Promise<ProxyTerms> {
    if (this.#identity === undefined) return before;
    const patience = new AbortController();
    const cancel = this.#context.clock.after(termsPatienceMs, () => patience.abort());
    try {
      return await this.#askForTerms(this.#identity, AbortSignal.any([this.#stopping.signal, patience.signal]));
    } catch {
      return before;
    } finally {
      cancel();
    }
  }

  /** Takes terms for those by which the Envoy is started next. */
  async #adopt(terms: ProxyTerms): Promise<EnvoyLaunch> {
    await keepTerms(this.#place.folder, terms);
    this.#terms = terms;
    return this.#launch(terms);
  }

  #launch(terms: ProxyTerms): EnvoyLaunch {
    return launchOf(this.#located, terms, { ...this.#context.settings, ...this.#place });
  }

  async #obtainIdentity(): Promise<Identity> {
    const { settings, clock, random, citadelRoot, identityToken } = this.#context;
    const identity = await createIdentity({
      citadelAddress: settings.citadelAddress,
      citadelRootPem: citadelRoot,
      token: identityToken,
      spiffeId: this.spiffeId,
      clock,
      logger: this.#logger,
      random,
      signal: this.#stopping.signal,
      onFailure: (error) => {
        this.#identityFailure = error instanceof Error ? error.message : String(error);
      },
    });
    this.#identity = identity;
    return identity;
  }

  #handSecrets(identity: Identity): void {
    this.#secrets = identitySecrets(identity.current(), this.#terms?.config.caCertificatesPem ?? []);
    for (const listener of [...this.#listeners]) listener();
  }

  #prepareRegistration(identity: Identity): void {
    const { settings, clock, random, galleySpiffeId } = this.#context;
    const registry = createClient(WorkloadRegistry, settings.galleyAddress, clientCredentials(identity, { serverSpiffeIds: [galleySpiffeId] }));
    this.#closeRegistry = () => registry.close();
    this.#registration = new Registration({ registry, workload: this.#located, clock, logger: this.#logger, random, execProbes: settings.execProbes });
    if (this.state === 'ready') this.#registration.begin();
  }

  /** Registers the workload once its Envoy is live, and for as long as it is. */
  async #watchEnvoy(): Promise<void> {
    const { clock } = this.#context;
    const { signal } = this.#stopping;
    const waits = backoff({ initialMs: impatientMs, maxMs: patientMs, factor: 1.3, random: this.#context.random });
    let liveAt = -Infinity;
    while (!signal.aborted) {
      const start = this.#envoy.restarts;
      const live = await isLive(this.adminSocket);
      if (this.#isStopping) return;
      if (this.#held) {
        this.#liveStart = undefined;
      } else if (live) {
        if (this.#liveStart !== start) this.#logger.info('its Envoy is live');
        this.#liveStart = start;
        liveAt = clock.now();
        this.#registration?.begin();
      } else {
        if (this.#liveStart !== undefined) waits.reset();
        this.#liveStart = undefined;
        if (clock.now() - liveAt > absenceMs) await this.#registration?.withdraw();
      }
      await delay(clock, waits.next(), signal);
    }
  }
}
