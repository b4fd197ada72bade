import { isDnsLabel } from '../validation/domain-name.ts';
import type { Place } from '../validation/place.ts';
import { checkProtocol } from '../validation/protocol.ts';
import type { SidecarPort } from './sidecar.ts';

/** What a listener's port may be called and speak; whether it needs a number depends on what is bound. */
export function checkSidecarPort({ name, protocol }: SidecarPort, at: Place): void {
  if (name && !isDnsLabel(name)) at.at('name').refuse('is not the name of a port', { found: name, allowed: 'letters, digits and "-", 63 at most' });
  if (protocol) checkProtocol(protocol, at.at('protocol'));
}
