import { configOfProxy, readProxy } from '@flotilla/explain';
import { renderResource } from '@flotilla/translate';
import type { ProxyConfig } from '../proxy-config.ts';
import type { Terminal } from '../terminal.ts';
import type { OfflineFlags } from './offline-flags.ts';
import { offlineMesh } from './offline-mesh.ts';

/**
 * What a proxy of a mesh that exists only in files would be given.
 *
 * @param described the proxy, as a document
 * @throws FlotillaError MALFORMED_REQUEST for what is no proxy
 */
export async function renderOffline(flags: OfflineFlags, described: unknown, terminal: Terminal): Promise<ProxyConfig> {
  const { snapshot, complaints } = await offlineMesh(flags, terminal);
  for (const complaint of complaints) terminal.complain(`warning: ${complaint}`);
  const proxy = readProxy(described);
  const resources = [...configOfProxy(snapshot, proxy)].flat().map(({ typeUrl, name, bytes }) => ({ typeUrl, name, config: renderResource(typeUrl, bytes) }));
  return { id: proxy.id, resources };
}
