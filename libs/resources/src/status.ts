/** One statement about a resource, as Istio's conditions: `Accepted` is `True`, `Propagated` is `41/42`. */
export interface Condition {
  type: string;
  status: string;
  reason?: string;
  message?: string;
  /** RFC 3339. */
  lastTransitionTime?: string;
}

/** What the control plane says of a resource; never what a user says. */
export interface ResourceStatus {
  conditions?: Condition[];
  /** The `metadata.generation` that the conditions are about. */
  observedGeneration?: number;
}
