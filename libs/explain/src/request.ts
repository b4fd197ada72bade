/** Who speaks TLS: nobody, the client alone proves nothing, or both show certificates as in the mesh. */
export type RequestTls = 'plaintext' | 'tls' | 'mtls';

/** One request (or connection) that somebody makes, as far as it decides where it lands. */
export interface ExplainRequest {
  /** `inbound` arrives at the proxy's workload; `outbound` leaves it, or arrives at a gateway. */
  readonly direction: 'inbound' | 'outbound';
  /** The IP address and port that the connection is made to. */
  readonly address: string;
  readonly port: number;
  /** What is spoken once the connection, and TLS where there is some, is up. */
  readonly protocol: 'http' | 'http2' | 'tcp';
  readonly tls: RequestTls;
  /** The host name that the TLS client asks for; empty for none. */
  readonly sni: string;
  /** Application protocols that the TLS client offers, its favourite first. */
  readonly alpn: readonly string[];
  /** With `mtls`, the SDS name of the certificate that both sides agree on. */
  readonly certificate: string;
  readonly method: string;
  /** With its query string. */
  readonly path: string;
  /** By lower-case name; `host` among them. */
  readonly headers: Readonly<Record<string, readonly string[]>>;
  /** The client's IP address; empty where it is not known. */
  readonly source: string;
}

/** The host and port that a request names, as `reviews:9080`; empty where it names none. */
export function authorityOf({ headers }: ExplainRequest): string {
  return headers[':authority']?.[0] ?? headers['host']?.[0] ?? '';
}
