import { Client, type ChannelOptions } from '@grpc/grpc-js';
import type { DescService } from '@bufbuild/protobuf';
import { FlotillaError } from '@flotilla/errors';
import { isIP } from 'node:net';
import { callerOf } from './client-call.ts';
import type { GrpcClientCredentials } from './client-credentials.ts';
import type { ClientMethods } from './client-methods.ts';

/** A client of one service. */
export interface GrpcClient<Service extends DescService> {
  /** The methods, by their local names. What they throw is a FlotillaError with the code the server gave. */
  readonly methods: ClientMethods<Service>;
  /**
   * Resolves once there is a connection.
   * @throws FlotillaError CONTROL_PLANE_UNREACHABLE after `deadlineMs`
   */
  ready(deadlineMs: number): Promise<void>;
  /** Ends the connection; calls that are open fail. */
  close(): void;
}

const channelOptions: ChannelOptions = {
  'grpc.max_receive_message_length': 64 * 1024 * 1024,
  'grpc.max_send_message_length': -1,
  'grpc.keepalive_time_ms': 20_000,
  'grpc.keepalive_timeout_ms': 10_000,
  'grpc.initial_reconnect_backoff_ms': 250,
  'grpc.max_reconnect_backoff_ms': 5_000,
  'grpc.use_local_subchannel_pool': 1,
  'grpc.service_config_disable_resolution': 1,
  // Workloads may have HTTP_PROXY set, to their sidecar: the control plane is not reached through it.
  'grpc.enable_http_proxy': 0,
  'grpc.enable_channelz': 0,
};

/**
 * A client for `descriptor` at `address` (`host:port` or `unix:/path`). It connects at the first call and again
 * whenever the connection is lost.
 */
export function createClient<Service extends DescService>(descriptor: Service, address: string, credentials: GrpcClientCredentials): GrpcClient<Service> {
  const host = address.replace(/:\d+$/, '').replace(/^\[(.*)\]$/, '$1');
  const client = new Client(address, credentials.grpc, {
    ...channelOptions,
    // TLS has no server name for an IP address; certificates are checked by SPIFFE id and not by name.
    ...(isIP(host) === 0 ? {} : { 'grpc.ssl_target_name_override': 'flotilla.internal' }),
  });
  const methods = Object.fromEntries(descriptor.methods.map((method) => [method.localName, callerOf(client, method)]));
  return {
    methods: methods as ClientMethods<Service>,
    ready: (deadlineMs) =>
      new Promise((resolve, reject) => {
        client.waitForReady(Date.now() + deadlineMs, (error) => {
          if (error === undefined) resolve();
          else reject(new FlotillaError('CONTROL_PLANE_UNREACHABLE', `there is no connection to ${address}: ${error.message}`, { cause: error }));
        });
      }),
    close: () => client.close(),
  };
}
