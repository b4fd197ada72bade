import type { MeshConfig } from '@flotilla/mesh';
import { passthrough } from '../clusters/names.ts';
import { virtualHostField } from './route-configuration.ts';

const match = { pathSpecifier: { case: 'prefix' as const, value: '/' } };

const allowAny = virtualHostField({
  name: 'allow_any',
  domains: ['*'],
  includeRequestAttemptCount: true,
  routes: [
    {
      name: 'allow_any',
      match,
      action: {
        case: 'route',
        value: { clusterSpecifier: { case: 'cluster', value: passthrough }, timeout: { seconds: 0n }, maxStreamDuration: { maxStreamDuration: { seconds: 0n } } },
      },
    },
  ],
});

const blockAll = virtualHostField({
  name: 'block_all',
  domains: ['*'],
  includeRequestAttemptCount: true,
  routes: [{ name: 'block_all', match, action: { case: 'directResponse', value: { status: 502 } } }],
});

/** The virtual host for hosts that nobody in the mesh has: let through, or refused with 502. */
export function allOtherHosts(policy: MeshConfig['outboundTrafficPolicy']): Uint8Array {
  return policy === 'ALLOW_ANY' ? allowAny : blockAll;
}
