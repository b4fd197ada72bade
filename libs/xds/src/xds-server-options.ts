import type { Node } from '@flotilla/envoy-api/envoy/config/core/v3/base_pb.js';
import type { Clock, Logger } from '@flotilla/runtime';
import type { ResourceSet } from './resource-set.ts';
import type { XdsObserver } from './xds-observer.ts';

/** What a proxy sees: its own resources over those of its scope, where both have a name. */
export interface Target {
  /** Shared with every proxy that sees the same. */
  readonly scope: ResourceSet;
  /** What this proxy alone has, such as its inbound listeners. */
  readonly own: ResourceSet;
}

/** A stream that a proxy opened, from its first request on. */
export interface ConnectedProxy {
  /** What the proxy said of itself in its first request. */
  readonly node: Node;
  /** Address and port of the other side. */
  readonly peer: string;
  readonly peerSpiffeId: string | undefined;
  readonly protocol: 'delta' | 'sotw';
  /**
   * Says that what the proxy sees since `revision` is not what it should, and that {@link retarget} follows: until then it
   * counts as stale.
   */
  outdated(revision: number): void;
  /** Shows the proxy something else from now on; it is sent only what differs. */
  retarget(target: Target): void;
}

export interface XdsServerOptions {
  /**
   * Says what a proxy sees. Called once for each stream, after {@link authorize}; the stream waits for the answer.
   * A FlotillaError that it throws ends the stream with its status.
   */
  connect(proxy: ConnectedProxy): Target | Promise<Target>;
  /** The stream is over; called once for each `connect` that gave a target. */
  disconnect?(proxy: ConnectedProxy): void;
  /**
   * Refuses, by throwing a FlotillaError, a node whose id is not what its certificate proves. `peerSpiffeId` is
   * undefined only where the listener asks for no certificate.
   */
  authorize(node: Node, peerSpiffeId: string | undefined): void | Promise<void>;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly observer?: XdsObserver;
  /** Streams open at one time; further ones are refused as RESOURCE_EXHAUSTED. Default 10,000. */
  readonly maxStreams?: number;
  /** Where one response ends and the next begins, in bytes, if its type allows splitting. Default 512 KiB. */
  readonly maxResponseBytes?: number;
  /**
   * How long routes wait for clusters, and old clusters for routes, to be acknowledged: a wait that only a proxy which never answers
   * makes long. Default 10,000 ms.
   */
  readonly orderDeadlineMs?: number;
}
