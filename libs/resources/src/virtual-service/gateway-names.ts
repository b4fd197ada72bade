import { faultOfDomainName, isDnsLabel } from '../validation/domain-name.ts';
import { each, type Place } from '../validation/place.ts';

/** `mesh`, a gateway of the own namespace, or `namespace/gateway`. */
export function checkGatewayNames(gateways: readonly string[] | undefined, at: Place): void {
  each(gateways, at, (gateway, here) => {
    const [namespace = '', name, ...more] = gateway.split('/');
    const allowed = 'as mesh, my-gateway or my-namespace/my-gateway';
    if (name === undefined) {
      const fault = faultOfDomainName(gateway);
      if (fault !== undefined) here.refuse(fault, { found: gateway, allowed });
      else if (gateway.includes('.')) here.warn('names its namespace in an outdated way', { found: gateway, allowed });
      return;
    }
    if (!isDnsLabel(namespace)) here.refuse(`has ${JSON.stringify(namespace)} for a namespace`, { found: gateway, allowed });
    if (more.length > 0 || !isDnsLabel(name)) here.refuse(`has ${JSON.stringify([name, ...more].join('/'))} for the name of a gateway`, { found: gateway, allowed });
  });
}
