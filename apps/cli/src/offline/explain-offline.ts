import { configOfProxy, explainRequests, readProxy, type Explanation } from '@flotilla/explain';
import { allSteps } from '@flotilla/translate';
import type { Terminal } from '../terminal.ts';
import type { OfflineFlags } from './offline-flags.ts';
import { offlineMesh } from './offline-mesh.ts';

/**
 * Explains requests at a proxy of a mesh that exists only in files.
 *
 * @param described the proxy, and `requests`, as documents
 * @throws FlotillaError MALFORMED_REQUEST for a proxy or request that cannot be understood
 */
export async function explainOffline(flags: OfflineFlags, described: unknown, requests: readonly unknown[], terminal: Terminal): Promise<Explanation[]> {
  const { snapshot, complaints } = await offlineMesh(flags, terminal);
  for (const complaint of complaints) terminal.complain(`warning: ${complaint}`);
  const proxy = readProxy(described);
  return allSteps(explainRequests(snapshot, proxy, configOfProxy(snapshot, proxy), requests));
}
