import { SubjectAlternativeNameExtension, type Extension, type JsonGeneralName } from './x509.ts';

/** Where a server is reached, beside who it is. */
export interface ServerNames {
  readonly dnsNames?: readonly string[];
  readonly ipAddresses?: readonly string[];
}

/** The subject alternative names of a workload: exactly one URI, its SPIFFE id (X509-SVID, section 2). */
export function subjectNames(spiffeId: string, { dnsNames = [], ipAddresses = [] }: ServerNames = {}): SubjectAlternativeNameExtension {
  const names: JsonGeneralName[] = [
    { type: 'url', value: spiffeId },
    ...dnsNames.map((value): JsonGeneralName => ({ type: 'dns', value })),
    ...ipAddresses.map((value): JsonGeneralName => ({ type: 'ip', value })),
  ];
  // Critical, because the subject itself is left empty (RFC 5280, section 4.2.1.6).
  return new SubjectAlternativeNameExtension(names, true);
}

/** Every URI among the subject alternative names of a request or certificate. */
export function uriNames(extensions: readonly Extension[]): string[] {
  return extensions
    .filter((extension) => extension instanceof SubjectAlternativeNameExtension)
    .flatMap((extension) => extension.names.items)
    .filter((name) => name.type === 'url')
    .map((name) => name.value);
}
