import type { Workload } from './workload.ts';

/** A service as telemetry names it. */
export interface ServiceName {
  /** The full host name. */
  readonly host: string;
  /** `reviews` of `reviews.default.svc.cluster.local`; the host itself where it is no name of the mesh. */
  readonly name: string;
  readonly namespace: string;
}

/** What labels are made from: who is where, and which services there are. */
export interface Directory {
  /** The workload at an IP address. */
  workloadAt(address: string): Workload | undefined;
  /** The service that callers of a namespace mean by a full host name. */
  serviceNamed(clientNamespace: string, host: string): ServiceName | undefined;
  /** The service that is called when `authority` is asked for at a port of a workload. */
  serviceAt(workload: Workload, address: string, port: number, authority: string): ServiceName | undefined;
}
