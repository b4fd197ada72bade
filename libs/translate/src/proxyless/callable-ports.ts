import { isWildcard, mayBeHttp, type Service, type ServicePort } from '@flotilla/mesh';

/** The ports by which gRPC clients without a proxy can call a service: it has one name, and addresses that are told or looked up. */
export function callablePorts({ host, resolution, ports }: Service): readonly ServicePort[] {
  if (isWildcard(host) || resolution === 'NONE' || resolution === 'DYNAMIC_DNS') return [];
  return ports.filter(({ protocol }) => mayBeHttp(protocol));
}
