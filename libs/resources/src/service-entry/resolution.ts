import { checkDomainName } from '../validation/domain-name.ts';
import { checkEndpoint } from '../validation/endpoint.ts';
import { each, type Place } from '../validation/place.ts';
import { isHttpProtocol, isTlsProtocol } from '../validation/protocol.ts';
import type { ServiceEntrySpec } from './service-entry.ts';

/** What each way of finding a service's endpoints demands of the rest of the entry. */
export function checkResolution(spec: ServiceEntrySpec, at: Place): void {
  const { resolution = 'NONE' } = spec;
  checkBlocks(spec, at);
  switch (resolution) {
    case 'NONE':
      checkNone(spec, at);
      break;
    case 'STATIC':
      checkEndpoints(spec, false, at);
      break;
    case 'DNS':
    case 'DNS_ROUND_ROBIN':
      checkDns(spec, at);
      break;
    case 'DYNAMIC_DNS':
      checkDynamicDns(spec, at);
  }
}

function checkBlocks({ addresses, resolution = 'NONE' }: ServiceEntrySpec, at: Place): void {
  if (resolution === 'NONE' || resolution === 'STATIC') return;
  each(addresses, at.at('addresses'), (address, here) => {
    if (address.includes('/')) here.refuse(`is a block of addresses, which resolution ${resolution} cannot have`, { found: address, allowed: 'single addresses, or resolution NONE or STATIC' });
  });
}

function checkNone({ endpoints, workloadSelector }: ServiceEntrySpec, at: Place): void {
  if (endpoints?.length) at.at('endpoints').refuse('cannot be given where resolution is NONE', { allowed: 'resolution STATIC or DNS' });
  if (workloadSelector !== undefined) at.at('workloadSelector').warn('has no effect where resolution is NONE');
}

function checkEndpoints({ endpoints, ports = [] }: ServiceEntrySpec, names: boolean, at: Place): void {
  const servicePorts = new Set(ports.map((port) => port.name));
  each(endpoints, at.at('endpoints'), (endpoint, here) => checkEndpoint(endpoint, { names, sockets: !names, servicePorts }, here));
}

function checkDns(spec: ServiceEntrySpec, at: Place): void {
  if (!spec.endpoints?.length) each(spec.hosts, at.at('hosts'), checkLookedUp);
  if (spec.resolution === 'DNS_ROUND_ROBIN' && (spec.endpoints?.length ?? 0) > 1) {
    at.at('endpoints').refuse('has more than the one name that resolution DNS_ROUND_ROBIN can look up', { allowed: 'one endpoint, or resolution DNS' });
  }
  checkEndpoints(spec, true, at);
}

/** A host that is itself looked up has to be one name; other faults of it are told elsewhere. */
function checkLookedUp(host: string, at: Place): void {
  if (host.startsWith('*')) at.refuse('is looked up in DNS, as no endpoints are given, and cannot be a wildcard', { found: host, allowed: 'a complete DNS name' });
  else if (host.includes('*')) checkDomainName(host, at);
}

function checkDynamicDns({ hosts, addresses, endpoints, workloadSelector, ports }: ServiceEntrySpec, at: Place): void {
  if (!hosts.some((host) => host.startsWith('*.'))) at.at('hosts').refuse('must have a wildcard where resolution is DYNAMIC_DNS', { found: hosts, allowed: 'as *.example.com' });
  if (addresses?.length) at.at('addresses').refuse('cannot be given where resolution is DYNAMIC_DNS', { found: addresses });
  if (endpoints?.length) at.at('endpoints').refuse('cannot be given where resolution is DYNAMIC_DNS');
  if (workloadSelector !== undefined) at.at('workloadSelector').refuse('cannot be given where resolution is DYNAMIC_DNS');
  each(ports, at.at('ports'), ({ protocol }, here) => {
    if (!isHttpProtocol(protocol) && !isTlsProtocol(protocol)) {
      here.at('protocol').refuse('does not carry the name to look up', { found: protocol ?? '', allowed: 'HTTP, HTTP2, GRPC, HTTPS, TLS' });
    }
  });
}
