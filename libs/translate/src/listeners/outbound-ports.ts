import type { Service, ServicePort } from '@flotilla/mesh';
import { isHttp } from '@flotilla/mesh';
import { subnetOf, type Subnet } from '@flotilla/resources';
import type { Scope } from '../scope.ts';

/** The address of listeners for connections that no virtual address tells apart. */
export const anyAddress = '0.0.0.0';

/** The addresses under which a service's connections can be told from those of others. */
function virtualAddresses({ addresses, automaticAddresses }: Service, { dnsCapture }: Pick<Scope, 'dnsCapture'>): readonly string[] {
  return (dnsCapture ? [...addresses, ...automaticAddresses] : addresses).filter((address) => !address.includes('/') && address !== anyAddress);
}

/** Where connections to a port of services are taken. */
export interface OutboundPort {
  readonly address: string;
  readonly port: number;
  /** For a port that a Sidecar lists, of whatever services: whether it is bound, and not only for what was intercepted. */
  readonly bound?: boolean;
}

/** A listener's name says where it is. */
export function listenerName({ address, port }: OutboundPort): string {
  return `${address}_${port}`;
}

/** The blocks of addresses that a service has; a listener for all addresses tells them apart. */
export function addressBlocks({ addresses }: Service): Subnet[] {
  return addresses.filter((address) => address.includes('/')).flatMap((address) => subnetOf(address) ?? []);
}

/** Whether the hosts of a service are looked up when a client names them, which its listeners have to do. */
export function namesHosts({ resolution }: Service): boolean {
  return resolution === 'DYNAMIC_DNS';
}

/**
 * The listeners that a service's opaque ports have a part in: one for each virtual address, and the
 * port's shared one for a service with blocks of addresses, or with none at all.
 */
export function opaquePorts(service: Service, scope: Pick<Scope, 'dnsCapture'>): OutboundPort[] {
  const virtual = virtualAddresses(service, scope);
  const addresses = virtual.length === 0 || addressBlocks(service).length > 0 ? [...virtual, anyAddress] : virtual;
  return service.ports.filter(({ protocol }) => !isHttp(protocol)).flatMap(({ number }) => addresses.map((address) => ({ address, port: number })));
}

/** The route configuration of an unnamed port at addresses of its service's own: requests there are for that service, whatever host they name. */
export function ownTable({ host }: Service, { number }: ServicePort): string {
  return `${host}:${number}`;
}

/** Whether a route configuration is of one service's port alone. */
export function isOwnTable(table: string): boolean {
  return /:\d+$/.test(table);
}

/** Whether a route configuration is of one port, of whichever services. */
export function isPortTable(table: string): boolean {
  return /^\d+$/.test(table);
}

/** The route configurations of a service's port where connections are intercepted. */
export function portTables(service: Service, port: ServicePort, scope: Pick<Scope, 'dnsCapture'>): string[] {
  const own = port.protocol === 'AUTO' && virtualAddresses(service, scope).length > 0 ? [ownTable(service, port)] : [];
  return own.length === 0 || addressBlocks(service).length > 0 ? [...own, String(port.number)] : own;
}

/** The port of a service by its number, if it is not HTTP. */
export function opaquePort(service: Service, number: number): ServicePort | undefined {
  return service.ports.find((port) => port.number === number && !isHttp(port.protocol));
}
