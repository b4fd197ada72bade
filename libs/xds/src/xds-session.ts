import type { Node } from '@flotilla/envoy-api/envoy/config/core/v3/base_pb.js';
import { messageOf } from '@flotilla/errors';
import type { SpreadBytes } from '@flotilla/rpc';
import type { Cancel, Clock, Logger } from '@flotilla/runtime';
import type { Answer } from './acknowledgements.ts';
import type { NameTable } from './name-table.ts';
import type { ProxyStanding, ProxyStatus } from './proxy-status.ts';
import type { Responses } from './response.ts';
import type { ConnectedProxy, Target } from './xds-server-options.ts';
import type { Suspects } from './suspects.ts';
import type { Turns, TurnTaker } from './turns.ts';
import type { XdsObserver } from './xds-observer.ts';
import type { DeltaRequest, SotwRequest } from './xds-messages.ts';
import { XdsStream } from './xds-stream.ts';

/** Where a session writes to. */
export interface ResponseSink {
  /** @returns false when more should wait until it is drained */
  write(bytes: SpreadBytes): boolean;
}

/** What the sessions of a server share. */
export interface SessionEnvironment {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly observer: XdsObserver;
  readonly turns: Turns;
  readonly namesOf: (typeUrl: string) => NameTable;
  readonly responses: Responses;
  readonly suspects: Suspects;
  readonly maxResponseBytes: number;
  readonly orderDeadlineMs: number;
}

/** Who is at the other end of a session. */
export interface SessionPeer {
  readonly node: Node;
  readonly peer: string;
  readonly peerSpiffeId: string | undefined;
  readonly protocol: 'delta' | 'sotw';
}

/** Joins one proxy's stream, a pure state machine, to its connection, the clock, and the turns that all streams take. */
export class XdsSession implements TurnTaker, ConnectedProxy {
  readonly node: Node;
  readonly peer: string;
  readonly peerSpiffeId: string | undefined;
  readonly protocol: 'delta' | 'sotw';
  readonly #environment: SessionEnvironment;
  readonly #sink: ResponseSink;
  readonly #connectedAt: number;
  #stream: XdsStream | undefined;
  #blocked = false;
  /** The first revision that is not in what the proxy is shown. */
  #outdatedSince: number | undefined;
  #timer: { readonly at: number; readonly cancel: Cancel } | undefined;

  constructor({ node, peer, peerSpiffeId, protocol }: SessionPeer, sink: ResponseSink, environment: SessionEnvironment) {
    this.node = node;
    this.peer = peer;
    this.peerSpiffeId = peerSpiffeId;
    this.protocol = protocol;
    this.#sink = sink;
    this.#environment = environment;
    this.#connectedAt = environment.clock.now();
  }

  /** Serves `target` from now on. */
  start(target: Target): void {
    const { namesOf, responses, suspects, maxResponseBytes, orderDeadlineMs, turns, observer, logger } = this.#environment;
    this.#stream = new XdsStream({
      protocol: this.protocol,
      target,
      namesOf,
      responses,
      suspects,
      maxResponseBytes,
      orderDeadlineMs,
      events: {
        ready: () => {
          if (!this.#blocked) turns.add(this);
        },
        answered: (typeUrl, answer, now) => this.#answered(typeUrl, answer, now),
        overdue: (stage, warming) => {
          logger.warn({ proxy: this.node.id, stage, ...(warming.length === 0 ? {} : { warming }) }, 'a proxy did not answer in time; the push goes on without');
          observer.overdue?.(this.node.id, stage);
        },
      },
    });
  }

  outdated(revision: number): void {
    this.#outdatedSince ??= revision;
  }

  retarget(target: Target): void {
    this.#outdatedSince = undefined;
    this.#stream?.retarget(target);
  }

  receiveDelta(request: DeltaRequest): void {
    this.#stream?.requestDelta(request, this.#environment.clock.now());
  }

  receiveSotw(request: SotwRequest): void {
    this.#stream?.requestSotw(request, this.#environment.clock.now());
  }

  /** What was written is on its way. */
  drained(): void {
    this.#blocked = false;
    this.#stream?.left(this.#environment.clock.now());
    this.#environment.turns.add(this);
  }

  takeTurn(): boolean {
    const { clock, observer, logger } = this.#environment;
    if (this.#blocked || this.#stream === undefined) return false;
    try {
      const response = this.#stream.next(clock.now());
      this.#wakeAt(this.#stream.deadline);
      if (response === undefined) return false;
      this.#blocked = !this.#sink.write(response.bytes);
      observer.sent?.(response.typeUrl, response.bytes.byteLength, response.resources);
      if (this.#blocked) observer.blocked?.(this.node.id);
      return !this.#blocked;
    } catch (error) {
      // One stream's fault must not end the turn of the others.
      logger.error({ err: error, proxy: this.node.id }, `a response could not be made: ${messageOf(error)}`);
      return false;
    }
  }

  /** Ends the session: nothing is sent any more. */
  close(): void {
    this.#timer?.cancel();
    this.#environment.turns.remove(this);
    this.#stream?.close();
    this.#stream = undefined;
  }

  answeredRevision(latest: number): number {
    const answered = this.#stream?.answeredRevision(latest) ?? 0;
    return this.#outdatedSince === undefined ? answered : Math.min(answered, this.#outdatedSince - 1);
  }

  standing(latest: number): ProxyStanding {
    return { id: this.node.id, answeredRevision: this.answeredRevision(latest), refusals: this.#stream?.refusals() ?? [] };
  }

  status(latest: number): ProxyStatus {
    const { state, types, warming } = this.#stream?.status() ?? { state: 'NOT_SENT', types: [], warming: [] };
    return {
      id: this.node.id,
      cluster: this.node.cluster,
      userAgent: userAgentOf(this.node),
      peer: this.peer,
      ...(this.peerSpiffeId === undefined ? {} : { peerSpiffeId: this.peerSpiffeId }),
      protocol: this.protocol,
      connectedAt: this.#connectedAt,
      scope: this.#stream?.scopeKey ?? '',
      answeredRevision: this.answeredRevision(latest),
      state: state === 'SYNCED' && this.#outdatedSince !== undefined ? 'STALE' : state,
      warming,
      types,
    };
  }

  #answered(typeUrl: string, { awaited, refusal }: Answer, now: number): void {
    const { observer, logger } = this.#environment;
    if (refusal === undefined) {
      observer.acked?.(typeUrl, now - awaited.sentAt);
    } else {
      logger.warn({ proxy: this.node.id, typeUrl, ...refusal }, 'a proxy refuses what it was sent, and keeps what it had');
      observer.nacked?.(this.node.id, typeUrl, refusal);
    }
    observer.answered?.(this.node.id);
  }

  #wakeAt(at: number | undefined): void {
    if (this.#timer?.at === at) return;
    this.#timer?.cancel();
    this.#timer = undefined;
    if (at === undefined) return;
    const { clock, turns } = this.#environment;
    const cancel = clock.after(Math.max(0, at - clock.now()), () => {
      this.#timer = undefined;
      turns.add(this);
    });
    this.#timer = { at, cancel };
  }
}

function userAgentOf({ userAgentName, userAgentVersionType }: Node): string {
  const version =
    userAgentVersionType.case === 'userAgentVersion'
      ? userAgentVersionType.value
      : userAgentVersionType.case === 'userAgentBuildVersion'
        ? [userAgentVersionType.value.version?.majorNumber, userAgentVersionType.value.version?.minorNumber, userAgentVersionType.value.version?.patch].join('.')
        : '';
  return `${userAgentName} ${version}`.trim();
}
