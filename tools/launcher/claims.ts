import { pilotsOf } from './pilots.ts';
import type { Claim } from './port-check.ts';
import type { LauncherSettings, PartName } from './settings.ts';
import { appPort, httpProxyPort, type BookshopService } from './workloads.ts';

/** Every address that the chosen parts listen on, and the flag that changes each. */
export function claimsOf(settings: LauncherSettings, services: readonly BookshopService[]): Claim[] {
  const local = (part: PartName, port: number, owner: string, flag: string): Claim[] => (settings.only.includes(part) ? [{ host: '127.0.0.1', port, owner, flag }] : []);
  const workloads = services.flatMap(({ workload: { name, address, ports } }) => {
    const all = [...ports.map(({ number }) => number), httpProxyPort, appPort];
    return all.map((port) => ({ host: address, port, owner: name, flag: '--addresses 127.X.Y.0' }));
  });
  return [
    ...local('nats', settings.natsPort, 'nats-server', '--nats-port'),
    ...local('citadel', settings.citadelPort, "Citadel's admin API", '--citadel-port'),
    ...local('citadel', settings.csrPort, 'certificate signing (Citadel)', '--csr-port'),
    ...local('citadel', settings.credentialsPort, 'credentials for Envoys (Citadel)', '--credentials-port'),
    ...local('galley', settings.galleyPort, "Galley's admin API", '--galley-port'),
    ...local('galley', settings.registryPort, 'workload registration (Galley)', '--registry-port'),
    ...pilotsOf(settings).flatMap(({ adminPort, xdsPort }) => [...local('pilot', adminPort, "Pilot's admin API", '--pilot-port'), ...local('pilot', xdsPort, 'xDS (Pilot)', '--xds-port')]),
    ...local('mixer', settings.mixerPort, "Mixer's admin API", '--mixer-port'),
    ...local('mixer', settings.telemetryPort, 'access logs and policy checks (Mixer)', '--telemetry-port'),
    ...local('bookshop', settings.agentPort, "the agent's admin API", '--agent-port'),
    ...local('bookshop', settings.gatewayPort, 'the ingress gateway', '--gateway-port'),
    ...(settings.insecureXds === undefined ? [] : [insecureClaim(settings.insecureXds)]),
    ...(settings.only.includes('bookshop') ? workloads : []),
  ];
}

function insecureClaim(address: string): Claim {
  const at = address.lastIndexOf(':');
  return { host: address.slice(0, at).replace(/^\[(.*)\]$/, '$1'), port: Number(address.slice(at + 1)), owner: 'plaintext xDS (Pilot)', flag: '--insecure-xds' };
}
