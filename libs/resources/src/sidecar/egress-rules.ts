import { checkIpAddress, checkUnixAddress, isUnixAddress } from '../validation/address.ts';
import { checkNamespacedHost } from '../validation/namespaced-host.ts';
import { each, type Place } from '../validation/place.ts';
import { checkSidecarPort } from './port-rules.ts';
import type { IstioEgressListener, SidecarPort } from './sidecar.ts';

/** The ports by which traffic leaves a workload, and the hosts that it may be for. */
export function checkEgress(listeners: readonly IstioEgressListener[], namespace: string | undefined, at: Place): void {
  const numbers = new Set<number>();
  const sockets = new Set<string>();
  each(listeners, at, (listener, here, index) => {
    const { port, bind = '' } = listener;
    checkHosts(listener.hosts, namespace, here.at('hosts'));
    if (port === undefined) {
      if (index < listeners.length - 1) here.at('port').refuse('may be left out only by the last listener, which takes what the others leave');
      return;
    }
    checkPort(port, listener, here);
    if (port.number) {
      if (numbers.has(port.number)) here.at('port').at('number').refuse('is the number of an earlier listener', { found: port.number });
      numbers.add(port.number);
    } else {
      if (sockets.has(bind)) here.at('bind').refuse('is the socket of an earlier listener', { found: bind });
      sockets.add(bind);
    }
  });
}

function checkPort(port: SidecarPort, { bind = '', captureMode = 'DEFAULT' }: IstioEgressListener, at: Place): void {
  checkSidecarPort(port, at.at('port'));
  if (port.number) {
    if (bind !== '') checkIpAddress(bind, at.at('bind'));
    return;
  }
  if (isUnixAddress(bind)) checkUnixAddress(bind, at.at('bind'));
  else at.at('port').at('number').refuse('is required where no unix socket is bound');
  if (captureMode === 'IPTABLES') at.at('captureMode').refuse('cannot be IPTABLES for a unix socket', { found: captureMode, allowed: 'DEFAULT, NONE' });
}

function checkHosts(hosts: readonly string[], namespace: string | undefined, at: Place): void {
  const seen = new Map<string, Set<string>>();
  each(hosts, at, (entry, here) => {
    const excluded = entry.startsWith('~');
    // The own namespace, any, or, of what is left out, also any.
    checkNamespacedHost(excluded ? entry.slice(1) : entry, { namespaces: excluded ? ['.', '*', ''] : ['.', '*'], bare: false, addresses: false }, here);
    if (excluded) return;
    const slash = entry.indexOf('/');
    const written = entry.slice(0, slash);
    const owner = written === '.' ? (namespace ?? written) : written;
    const host = entry.slice(slash + 1);
    const ofOwner = seen.get(owner) ?? new Set<string>();
    const again = host === '*' ? ofOwner.size > 0 : ofOwner.has(host) || ofOwner.has('*');
    if (again) here.warn('is among the other hosts already', { found: entry });
    seen.set(owner, ofOwner.add(host));
  });
  if (seen.size > 1 && seen.get('*')?.has('*') === true) at.warn('has "*/*", which is every host, beside others', { found: hosts });
}
