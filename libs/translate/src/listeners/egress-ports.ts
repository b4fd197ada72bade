import type { Scope } from '../scope.ts';
import type { OutboundPort } from './outbound-ports.ts';

/**
 * The ports at which a Sidecar wants traffic to leave by an address of its own: bound where nothing is
 * intercepted, by its `bind` else.
 */
export function egressPorts({ egress, interception }: Scope): OutboundPort[] {
  return (egress?.listeners ?? []).flatMap(({ port, bind, captureMode }) => {
    const bound = captureMode === 'NONE' || (interception === 'NONE' && captureMode === 'DEFAULT');
    if (port?.number === undefined || (!bound && bind === '')) return [];
    return [{ address: bind === '' ? '127.0.0.1' : bind, port: port.number, bound }];
  });
}
