/** What a port speaks, after folding Istio's names to those that make a difference; AUTO where nobody says. */
export type Protocol = 'HTTP' | 'HTTP2' | 'GRPC' | 'TLS' | 'TCP' | 'AUTO';

const protocols: Readonly<Record<string, Protocol>> = {
  HTTP: 'HTTP',
  HTTP_PROXY: 'HTTP',
  HTTP2: 'HTTP2',
  GRPC: 'GRPC',
  'GRPC-WEB': 'GRPC',
  HTTPS: 'TLS',
  TLS: 'TLS',
  TCP: 'TCP',
  MONGO: 'TCP',
  MYSQL: 'TCP',
  REDIS: 'TCP',
};

/**
 * The protocol of a port: what it declares, else what its name begins with (`http-web` is HTTP), else AUTO.
 *
 * @param declared the port's `protocol`, any case
 * @param name the port's name
 */
export function protocolOf(declared: string | undefined, name: string): Protocol {
  const known = declared === undefined ? undefined : protocols[declared.toUpperCase()];
  if (known !== undefined) return known;
  if (declared !== undefined && declared !== '') return 'TCP';
  const upper = name.toUpperCase();
  return (upper.startsWith('GRPC-WEB') ? 'GRPC' : protocols[upper.split('-')[0] ?? '']) ?? 'AUTO';
}

/** Whether a port is for datagrams by what it declares or is called; proxies here carry none. */
export function isUdp(declared: string | undefined, name: string): boolean {
  return (declared || name.split('-')[0] || '').toUpperCase() === 'UDP';
}

/** Whether requests on such a port are routed one by one, whatever clients send. */
export function isHttp(protocol: Protocol): boolean {
  return protocol === 'HTTP' || protocol === 'HTTP2' || protocol === 'GRPC';
}

/** Whether there may be requests to route on such a port. */
export function mayBeHttp(protocol: Protocol): boolean {
  return protocol === 'AUTO' || isHttp(protocol);
}
