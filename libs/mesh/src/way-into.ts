import type { ServiceEntry } from '@flotilla/resources';
import { networkLabel } from './topology.ts';

/** What a service is the way into. */
export interface WayInto {
  readonly network: string;
  /** The port of the service that takes mTLS for all of the network. */
  readonly port: number;
}

/** Istio's: the port of such gateways, and the label for another. */
const usualPort = 15443;
const portLabel = 'networking.istio.io/gatewayPort';

/** The network that a service is the way into, and its port for that: its label names the network, and it has the port. */
export function wayInto({ metadata, spec }: ServiceEntry): WayInto | undefined {
  const { [networkLabel]: network = '', [portLabel]: port = usualPort } = metadata.labels ?? {};
  const number = Number(port);
  return network === '' || spec.ports?.some((known) => known.number === number) !== true ? undefined : { network, port: number };
}
