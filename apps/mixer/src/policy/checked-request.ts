/** A request that a proxy asks about. */
export interface CheckedRequest {
  readonly method: string;
  /** Without query and fragment. */
  readonly path: string;
  /** By lower-case name. */
  readonly headers: Readonly<Record<string, string>>;
  /** The SPIFFE id that the caller's certificate proves; undefined without mTLS. */
  readonly principal: string | undefined;
}
