import type { ServiceEntry } from '../resource.ts';
import { checkSubnet } from '../validation/address.ts';
import { checkWildcardName, isDnsLabel, isPartialWildcard } from '../validation/domain-name.ts';
import { checkExportTo } from '../validation/export-to.ts';
import { checkMetadata } from '../validation/metadata.ts';
import { each, type Place } from '../validation/place.ts';
import { checkProtocol, isHttpProtocol, isTcpProtocol, isTlsProtocol, namesProtocol } from '../validation/protocol.ts';
import { checkSelector } from '../validation/selector.ts';
import { checkResolution } from './resolution.ts';
import type { ServiceEntrySpec } from './service-entry.ts';

/** What the schema of a ServiceEntry cannot say. */
export function serviceEntryRules({ metadata, spec }: ServiceEntry, at: Place): void {
  checkMetadata(metadata, at.at('metadata'));
  const here = at.at('spec');
  if (spec.hosts.length === 0) here.at('hosts').refuse('must have at least one host');
  each(spec.hosts, here.at('hosts'), checkHost);
  each(spec.addresses, here.at('addresses'), checkSubnet);
  checkPorts(spec, here);
  if (spec.workloadSelector !== undefined) {
    checkSelector(spec.workloadSelector.labels, here.at('workloadSelector').at('labels'));
    if (spec.endpoints !== undefined) here.at('endpoints').refuse('cannot be given together with workloadSelector');
  }
  checkResolution(spec, here);
  checkToldApart(spec, here);
  checkExportTo(spec.exportTo, { namespace: metadata.namespace, noneAllowed: true }, here.at('exportTo'));
}

function checkHost(host: string, at: Place): void {
  if (host === '*') at.refuse('cannot be every host', { found: host });
  else {
    checkWildcardName(host, at);
    if (isPartialWildcard(host)) at.warn('is a wildcard within a label, which matches no more than its text', { found: host });
  }
}

function checkPorts({ hosts, ports, addresses, resolution = 'NONE' }: ServiceEntrySpec, at: Place): void {
  // Services that are found by one name get an address of their own where they have none.
  const addressless = !addresses?.length && (resolution === 'NONE' || hosts.some((host) => host.startsWith('*')));
  const names = new Set<string>();
  const numbers = new Set<number>();
  each(ports, at.at('ports'), (port, here) => {
    if (!isDnsLabel(port.name)) here.at('name').refuse('is not the name of a port', { found: port.name, allowed: 'letters, digits and "-", 63 at most' });
    else if (names.has(port.name)) here.at('name').refuse('is the name of another port already', { found: port.name });
    if (numbers.has(port.number)) here.at('number').refuse('is the number of another port already', { found: port.number });
    names.add(port.name);
    numbers.add(port.number);
    if (port.protocol) checkProtocol(port.protocol, here.at('protocol'));
    if (!port.protocol && !namesProtocol(port.name)) here.warn('does not say what it speaks, which is found out from each connection', { found: port.name, allowed: 'protocol, or a name that begins with one, as http-web' });
    if (port.protocol?.toUpperCase() === 'UDP') here.at('protocol').warn('is not carried: datagrams go past the proxies', { found: port.protocol });
    if (addressless && ['', 'TCP'].includes(port.protocol?.toUpperCase() ?? '')) {
      here.warn('is TCP on a service without addresses: it takes every connection to this port', { found: port.number });
    }
  });
}

/** Several hosts on one port need a protocol that says which host is meant. */
function checkToldApart({ hosts, ports, addresses, resolution = 'NONE' }: ServiceEntrySpec, at: Place): void {
  if (hosts.length < 2 || resolution === 'NONE') return;
  each(ports, at.at('ports'), (port, here) => {
    if (!isHttpProtocol(port.protocol) && !isTlsProtocol(port.protocol)) {
      here.at('protocol').refuse('cannot tell several hosts apart', { found: port.protocol ?? '', allowed: 'an HTTP or TLS protocol, or one host' });
    }
  });
  const byName = resolution === 'DNS' || resolution === 'DNS_ROUND_ROBIN';
  if (byName && addresses?.length && ports?.some((port) => isTcpProtocol(port.protocol))) {
    at.at('hosts').warn('has several hosts that share their addresses and a TCP port', { found: hosts });
  }
}
