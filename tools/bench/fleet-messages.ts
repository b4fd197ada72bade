/** What the fleet's process is told. */
export type FleetRequest =
  | { readonly do: 'connect'; readonly address: string; readonly proxies: number; readonly namespaces: number; readonly quietMs: number }
  /** The text that a change carries: to be looked for in what arrives from now on. */
  | { readonly do: 'watch'; readonly mark: string }
  /** What arrived since the last request that was answered. */
  | { readonly do: 'report' };

/** What it answers; times are those of `Date.now()`. */
export type FleetAnswer =
  | { readonly is: 'connected' | 'report'; readonly lastAt: number; readonly bytes: number; readonly messages: number }
  | { readonly is: 'watching' }
  /** Every proxy has received what carries the mark. */
  | { readonly is: 'seen'; readonly lastAt: number }
  | { readonly is: 'failed'; readonly reason: string };
