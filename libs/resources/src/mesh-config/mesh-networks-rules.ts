import { checkSubnet, isIpAddress } from '../validation/address.ts';
import { checkOneAtMost } from '../validation/choice.ts';
import { checkDomainName, faultOfDomainName } from '../validation/domain-name.ts';
import { each, type Place } from '../validation/place.ts';
import { clusterRegistry, type MeshNetworks } from './mesh-networks.ts';

/** What the schema of networks cannot say. */
export function checkMeshNetworks(networks: MeshNetworks = {}, at: Place): void {
  for (const [name, { endpoints, gateways }] of Object.entries(networks)) {
    const here = at.at(name);
    each(endpoints, here.at('endpoints'), (endpoint, place) => {
      const { fromCidr, fromRegistry } = endpoint;
      checkOneAtMost(endpoint, ['fromCidr', 'fromRegistry'], place);
      if (!fromCidr && !fromRegistry) place.refuse('says of no addresses that they are of the network', { allowed: 'fromCidr or fromRegistry' });
      if (fromCidr) checkSubnet(fromCidr, place.at('fromCidr'));
      if (fromRegistry && fromRegistry !== clusterRegistry) place.at('fromRegistry').warn('is no registry here, and has no endpoints', { found: fromRegistry, allowed: clusterRegistry });
    });
    each(gateways, here.at('gateways'), (gateway, place) => {
      const { address, registryServiceName } = gateway;
      checkOneAtMost(gateway, ['address', 'registryServiceName'], place);
      if (!address && !registryServiceName) place.refuse('does not say where it is', { allowed: 'address or registryServiceName' });
      if (registryServiceName) checkDomainName(registryServiceName, place.at('registryServiceName'));
      if (address && !isIpAddress(address) && faultOfDomainName(address) !== undefined) place.at('address').refuse('is neither an IP address nor a DNS name', { found: address });
    });
  }
}
