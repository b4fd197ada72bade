import ipaddr from 'ipaddr.js';
import type { Place } from './place.ts';

const unixPrefix = 'unix://';

/** Whether the text is an IPv4 address of four decimal parts or an IPv6 address. */
export function isIpAddress(text: string): boolean {
  return ipaddr.IPv4.isValidFourPartDecimal(text) || (text.includes(':') && !text.includes('%') && ipaddr.IPv6.isValid(text));
}

export function checkIpAddress(text: string, at: Place): void {
  if (!isIpAddress(text)) at.refuse('is not an IP address', { found: text, allowed: 'as 10.0.0.1 or 2001:db8::1' });
}

/** An IP address, or a block of them as `10.0.0.0/8`. */
export function checkSubnet(text: string, at: Place): void {
  const [address = '', length, ...more] = text.split('/');
  const bits = address.includes(':') ? 128 : 32;
  const fits = length === undefined || (/^\d{1,3}$/.test(length) && Number(length) <= bits);
  if (more.length > 0 || !fits || !isIpAddress(address)) at.refuse('is not an IP address or block', { found: text, allowed: 'as 10.0.0.1 or 10.0.0.0/8' });
}

/** Whether an address is a socket of the file system, `unix:///path`, or an abstract one, `unix://@name`. */
export function isUnixAddress(text: string): boolean {
  return text.startsWith(unixPrefix);
}

export function checkUnixAddress(text: string, at: Place): void {
  const path = text.slice(unixPrefix.length);
  if (path.startsWith('@')) return;
  if (!path.startsWith('/') || path.endsWith('/')) at.refuse('is not the address of a unix socket', { found: text, allowed: 'as unix:///run/app.sock or unix://@app' });
}
