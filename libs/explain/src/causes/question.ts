import type { Snapshot } from '@flotilla/mesh';
import type { ProxyDescription, Scope } from '@flotilla/translate';
import type { Explanation } from '../explanation.ts';
import type { Way } from '../landing.ts';
import type { ExplainRequest } from '../request.ts';

/** Why a request landed where it did: the mesh that the proxy's configuration was made from, and what came of the request there. */
export interface Question {
  readonly snapshot: Snapshot;
  readonly proxy: ProxyDescription;
  readonly scope: Scope;
  readonly request: ExplainRequest;
  readonly landing: Explanation;
  readonly way: Way;
}
