import type { PeerAuthentication } from '../resource.ts';
import { checkMetadata } from '../validation/metadata.ts';
import { eachEntry, type Place } from '../validation/place.ts';
import { checkSelector } from '../validation/selector.ts';

/** What the schema of a PeerAuthentication cannot say. */
export function peerAuthenticationRules({ metadata, spec }: PeerAuthentication, at: Place): void {
  checkMetadata(metadata, at.at('metadata'));
  const here = at.at('spec');
  const { selector, portLevelMtls } = spec;
  if (selector !== undefined) checkSelector(selector.matchLabels, here.at('selector').at('matchLabels'));
  if (portLevelMtls === undefined) return;
  const ports = here.at('portLevelMtls');
  const count = Object.keys(portLevelMtls).length;
  const selects = Object.keys(selector?.matchLabels ?? {}).length > 0;
  if (count === 0) ports.refuse('must have at least one port');
  else if (!selects) ports.refuse('can be given only for workloads selected by labels, for ports are theirs', { allowed: 'a selector with matchLabels' });
  eachEntry(portLevelMtls, ports, (port, _mtls, place) => {
    if (!/^[1-9]\d{0,4}$/.test(port) || Number(port) > 65535) place.refuse('is not a port', { found: port, allowed: '1 to 65535' });
  });
}
