import { Health, HealthCheckResponse_ServingStatus as ServingStatus } from '@flotilla/protos/grpc/health/v1/health_pb.js';
import { createClient, plaintextClientCredentials } from '@flotilla/rpc';
import type { ProbeTarget } from './probe-target.ts';

/**
 * Asks gRPC's own health service, without TLS.
 * @param service the one that is meant; the server as a whole when empty
 * @throws Error with what is wrong
 */
export async function probeGrpc(service: string, { host, port }: ProbeTarget, signal: AbortSignal): Promise<void> {
  const client = createClient(Health, `${host.includes(':') ? `[${host}]` : host}:${port}`, plaintextClientCredentials());
  try {
    const { status } = await client.methods.check({ service }, { signal });
    if (status !== ServingStatus.SERVING) throw new Error(`it says ${ServingStatus[status]}`);
  } finally {
    client.close();
  }
}
