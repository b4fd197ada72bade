import { isIP } from 'node:net';
import { SubjectAltNameMatcher_SanType as SanType, type SubjectAltNameMatcherSchema } from '@flotilla/envoy-api/envoy/extensions/transport_sockets/tls/v3/common_pb.js';
import type { Fields } from '../message-fields.ts';

/** Matchers for names of which a certificate must have one; what kind of name each is shows in its form. */
export function subjectAltNames(names: readonly string[]): Fields<typeof SubjectAltNameMatcherSchema>[] {
  return names.map((name) => ({ sanType: kindOf(name), matcher: { matchPattern: { case: 'exact', value: name } } }));
}

function kindOf(name: string): SanType {
  if (name.includes('://')) return SanType.URI;
  if (name.includes('@')) return SanType.EMAIL;
  return isIP(name) === 0 ? SanType.DNS : SanType.IP_ADDRESS;
}
