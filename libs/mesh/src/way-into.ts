import type { ServiceEntry } from '@flotilla/resources';
import { networkLabel } from './topology.ts';

/** What a service is the way into. */
export interface WayInto {
  readonly network: string;
  /** Where its workloads take mTLS for all of the network. */
  readonly port: number;
}

/** Istio's: the port of such gateways, and the label for another. */
const usualPort = 15443;
const portLabel = 'networking.istio.io/gatewayPort';

/** The network that a service is the way into, and its port for that: its label names the network, and it has the port. */
export function wayInto({ metadata, spec }: ServiceEntry): WayInto | undefined {
  const { [networkLabel]: network = '', [portLabel]: port = usualPort } = metadata.labels ?? {};
  const found = spec.ports?.find(({ number }) => number === Number(port));
  return network === '' || found === undefined ? undefined : { network, port: found.targetPort || found.number };
}
