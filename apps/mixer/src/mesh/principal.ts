/** The namespace of a SPIFFE id `spiffe://<trust domain>/ns/<namespace>/sa/<service account>`. */
export function namespaceOf(principal: string): string | undefined {
  return partsOf(principal)?.[1];
}

/** The service account of such an id. */
export function serviceAccountOf(principal: string): string | undefined {
  return partsOf(principal)?.[2];
}

function partsOf(principal: string): RegExpExecArray | null {
  return /^spiffe:\/\/[^/]+\/ns\/([^/]+)\/sa\/([^/]+)$/.exec(principal);
}
