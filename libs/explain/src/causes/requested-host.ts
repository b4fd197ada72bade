import { withoutPort } from '../choose-virtual-host.ts';
import { authorityOf, type ExplainRequest } from '../request.ts';

/** The host that a request is for, in lower case: what it says itself, else what its TLS asks for; empty for none. */
export function requestedHost(request: ExplainRequest): string {
  return withoutPort(authorityOf(request) || request.sni).toLowerCase();
}
