/** One statement about a resource, as conditions are in Kubernetes. */
export interface Condition {
  /** As `Accepted`, `Propagated`. */
  type: string;
  status: 'True' | 'False' | 'Unknown';
  /** Why, as one word. */
  reason?: string;
  message?: string;
  /** When `status` last became what it is; RFC 3339. */
  lastTransitionTime?: string;
  /** The `metadata.generation` that the condition is about. */
  observedGeneration?: number;
}

/** What analysis says of a resource, as Istio has it in statuses (`AnalysisMessageBase`). */
export interface ValidationMessage {
  readonly type: { readonly name: string; readonly code: string };
  readonly level: 'ERROR' | 'WARNING' | 'INFO';
  readonly documentationUrl: string;
}

/** What the control plane says of a resource; never what a user says. */
export interface ResourceStatus {
  conditions?: Condition[];
  /** The `metadata.generation` that the conditions are about. */
  observedGeneration?: number;
  validationMessages?: ValidationMessage[];
}
