import type { FilterChain } from '@flotilla/envoy-api/envoy/config/listener/v3/listener_components_pb.js';
import type { Listener } from '@flotilla/envoy-api/envoy/config/listener/v3/listener_pb.js';
import type { Route, VirtualHost } from '@flotilla/envoy-api/envoy/config/route/v3/route_components_pb.js';
import type { Explanation } from './explanation.ts';

/** What of Envoy's configuration a request came by, as far as it came. */
export interface Way {
  readonly listener?: Listener;
  readonly chain?: FilterChain;
  readonly virtualHost?: VirtualHost;
  readonly route?: Route;
}

/** Where a request lands, and by which way. */
export interface Landing extends Explanation {
  readonly way: Way;
}
