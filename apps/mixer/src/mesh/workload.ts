/** One workload as telemetry and policy see it. */
export interface Workload {
  readonly name: string;
  readonly namespace: string;
  readonly labels: Readonly<Record<string, string>>;
  /** The account it runs as; undefined where that is not known. */
  readonly serviceAccount: string | undefined;
}
