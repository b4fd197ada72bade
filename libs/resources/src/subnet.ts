import ipaddr from 'ipaddr.js';

/** A block of addresses; one address is a block of its whole length. */
export interface Subnet {
  /** The first address of the block, in its shortest form. */
  readonly address: string;
  /** How many leading bits all addresses of the block share. */
  readonly length: number;
}

/** The block that a text such as `10.0.0.0/8` or `::1` means; undefined where it means none. */
export function subnetOf(text: string): Subnet | undefined {
  const cidr = text.includes('/') ? text : `${text}/${text.includes(':') ? 128 : 32}`;
  if (!ipaddr.isValidCIDR(cidr)) return undefined;
  const [address, length] = ipaddr.parseCIDR(cidr);
  const first = address.kind() === 'ipv4' ? ipaddr.IPv4.networkAddressFromCIDR(cidr) : ipaddr.IPv6.networkAddressFromCIDR(cidr);
  return { address: first.toString(), length };
}

/** Whether an IP address is in a block; one of the other family is not, and what is no IP address neither. */
export function subnetHolds({ address, length }: Subnet, ip: string): boolean {
  if (!ipaddr.isValid(ip)) return false;
  const [first, parsed] = [ipaddr.parse(address), ipaddr.parse(ip)];
  return first.kind() === parsed.kind() && parsed.match(first, length);
}
