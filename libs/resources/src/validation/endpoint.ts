import type { WorkloadEntrySpec } from '../workload-entry/workload-entry.ts';
import { checkUnixAddress, isIpAddress, isUnixAddress } from './address.ts';
import { faultOfDomainName, isDnsLabel } from './domain-name.ts';
import { checkLabels } from './metadata.ts';
import { eachEntry, type Place } from './place.ts';

interface Expected {
  /** Whether the address may be a name, to be looked up by whoever calls it. */
  readonly names: boolean;
  /** Whether the address may be a unix socket, or left out where the network says where to go. */
  readonly sockets: boolean;
  /** The names of the service's ports, where the service is known. */
  readonly servicePorts?: ReadonlySet<string>;
}

/** A workload's address, ports and labels, on its own or within a ServiceEntry. */
export function checkEndpoint(endpoint: WorkloadEntrySpec, { names, sockets, servicePorts }: Expected, at: Place): void {
  const { address = '', network, ports, labels } = endpoint;
  const here = at.at('address');
  const unix = sockets && isUnixAddress(address);
  if (address === '' && sockets && network) here.warn(`is left out: the workload is reached through the gateway of network ${network}`);
  else if (address === '') here.refuse('is required');
  else if (unix) checkUnixAddress(address, here);
  else if (!isIpAddress(address) && !names) here.refuse('is not an IP address', { found: address });
  else if (!isIpAddress(address) && faultOfDomainName(address) !== undefined) here.refuse('is neither an IP address nor a DNS name', { found: address });

  if (unix && ports !== undefined && Object.keys(ports).length > 0) at.at('ports').refuse('cannot be given for a unix socket', { found: ports });
  if (unix && servicePorts !== undefined && servicePorts.size !== 1) here.refuse('is a unix socket, for which the service must have exactly one port', { found: address });
  checkPortNames(ports, servicePorts, at.at('ports'));
  checkLabels(labels, at.at('labels'));
}

/** Ports of a workload go by the names of the service's, where the service is known. */
export function checkPortNames(ports: WorkloadEntrySpec['ports'], servicePorts: ReadonlySet<string> | undefined, at: Place): void {
  eachEntry(ports, at, (name, _port, place) => {
    if (!isDnsLabel(name)) place.refuse('is not the name of a port', { found: name });
    else if (servicePorts?.has(name) === false) place.refuse('is not a port of the service', { found: name, allowed: [...servicePorts].join(', ') });
  });
}
