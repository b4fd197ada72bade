import type { Recording } from './floor-messages.ts';

/** What the fleet's process is told. */
export type FleetRequest =
  /**
   * Connects a proxy for each of `namespaces`, the n-th to the n-th address, over and over; who loses its stream goes to
   * the next one. With a single address the loss of a stream is a failure. `metadata` is what their nodes say beside the usual.
   * With `record`, the first proxy of each namespace keeps all it is sent.
   */
  | { readonly do: 'connect'; readonly addresses: readonly string[]; readonly namespaces: readonly string[]; readonly remember?: boolean | undefined; readonly metadata?: Readonly<Record<string, string>> | undefined; readonly record?: boolean | undefined }
  /** Waits until all proxies have been sent something, and nothing has come for a while. */
  | { readonly do: 'settle'; readonly quietMs: number }
  /** What a change carries, to be looked for from now on in the resources of these types; by these proxies, or by all. */
  | { readonly do: 'watch'; readonly mark: Uint8Array; readonly types: readonly string[]; readonly proxies: readonly number[] | undefined }
  /** What was recorded so far; nothing is from now on. */
  | { readonly do: 'recorded' }
  /** What arrived since the last request that was answered. */
  | { readonly do: 'report' }
  /** Each of these proxies stops reading, or goes on. */
  | { readonly do: 'pause'; readonly proxies: readonly number[] }
  | { readonly do: 'resume'; readonly proxies: readonly number[] }
  /** These lose their stream and open another; `fresh` ones have forgotten all. */
  | { readonly do: 'reconnect'; readonly proxies: readonly number[]; readonly fresh: boolean }
  /** What a proxy has, if it remembers. */
  | { readonly do: 'tell'; readonly proxy: number }
  /** Begins to note when each proxy gets which version of what is marked by `trace-marks.ts`. */
  | { readonly do: 'trace' }
  /** How long each of the versions took to reach the proxies; answered when all of `last` has come to all. */
  | { readonly do: 'traced'; readonly writes: readonly Write[]; readonly steady: readonly number[] };

/** A version of a traced object, and when its write began, by `Date.now()`. */
export interface Write {
  readonly object: string;
  readonly version: number;
  readonly at: number;
}

/** What came since it was last told. */
export interface Received {
  readonly lastAt: number;
  readonly bytes: number;
  readonly messages: number;
  /** Streams that were lost and opened anew. */
  readonly reconnects: number;
}

/** What it answers; times are those of `Date.now()`. */
export type FleetAnswer =
  | ({ readonly is: 'settled' } & Received)
  | ({ readonly is: 'report' } & Received)
  | { readonly is: 'recorded'; readonly recording: Recording }
  | { readonly is: 'watching' }
  | { readonly is: 'connecting' }
  | { readonly is: 'tracing' }
  /** Versions by type and name. */
  | { readonly is: 'told'; readonly held: ReadonlyMap<string, ReadonlyMap<string, string>> }
  /** Every proxy has received what carries the mark. */
  | { readonly is: 'seen'; readonly lastAt: number }
  /** Milliseconds from a write to a receipt, over the writes and the steady proxies, in ascending order; and when the last proxy of all had the last version of all. */
  | { readonly is: 'traced'; readonly staleness: readonly number[]; readonly lastAt: number }
  | { readonly is: 'failed'; readonly reason: string };
