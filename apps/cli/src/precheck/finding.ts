/** Something in a cluster that stops an installation, or that somebody should know before it. */
export interface Finding {
  readonly level: 'error' | 'warning';
  /** What was found. */
  readonly found: string;
  /** What to do about it. */
  readonly remedy: string;
}
