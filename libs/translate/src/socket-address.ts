const unixPrefix = 'unix://';

/** Whether an address is a socket of the file system, `unix:///path`. */
export function isUnixAddress(address: string): boolean {
  return address.startsWith(unixPrefix);
}

/** An address as Envoy's `Address` takes it; sockets of the file system have no port. */
export function socketAddress(address: string, port: number) {
  if (isUnixAddress(address)) return { case: 'pipe' as const, value: { path: address.slice(unixPrefix.length) } };
  return { case: 'socketAddress' as const, value: { address, portSpecifier: { case: 'portValue' as const, value: port } } };
}
