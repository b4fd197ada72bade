import { entryPort, portsOf } from '@flotilla/kubernetes';
import { protocolOf } from '@flotilla/mesh';
import { isControlPlane, isSystemNamespace } from '../control-plane.ts';
import { objectRule } from '../rule.ts';

/** TCP ports of Services that do not say what is spoken there. */
export const portNames = objectRule(['Service'], {
  analyzer: 'service.PortNameAnalyzer',
  codes: ['IST0118', 'IST0150'],
  *check(service) {
    if (isSystemNamespace(service.metadata.namespace) || isControlPlane(service)) return;
    const external = service.spec['type'] === 'ExternalName';
    for (const port of portsOf(service)) {
      const { protocol, name } = entryPort(port);
      const told = protocolOf(protocol, name) !== 'AUTO';
      if (external && (!told || port.name === 'tcp')) yield { code: 'IST0150', path: 'spec.ports', text: `The port "${port.name}" (${port.number}) of an ExternalName Service does not say what is spoken there: it would take traffic for every address.` };
      else if (!external && !told) yield { code: 'IST0118', path: 'spec.ports', text: `The name "${port.name}" of port ${port.number} does not begin with a protocol.` };
    }
  },
});
