import { selectorMatches, type Gateway, type Server } from '@flotilla/resources';
import { resourceRule } from '../rule.ts';
import { perView, resourcesOf, type View } from '../view.ts';
import { describeSelector, selectedWorkloads } from '../workload.ts';
import { hostsOverlap, serverHost } from './server-hosts.ts';

/** Gateways that ask one workload to listen for the same hosts on the same port. */
export const gatewayConflicts = resourceRule('Gateway', {
  analyzer: 'gateway.ConflictingGatewayAnalyzer',
  codes: ['IST0145'],
  *check(gateway, view) {
    for (const [at, server] of gateway.spec.servers.entries()) {
      const rivals = (byPort(view).get(portOf(server)) ?? []).filter((rival) => rival.gateway !== gateway && haveHostInCommon({ gateway, server }, rival) && shareWorkload(view, gateway, rival.gateway));
      if (rivals.length === 0) continue;
      const names = [...new Set(rivals.map(({ gateway: { metadata } }) => `${metadata.namespace}/${metadata.name}`))];
      yield {
        code: 'IST0145',
        path: `spec.servers[${at}]`,
        text: `The Gateways ${names.join(', ')} listen for the same hosts (${server.hosts.join(', ')}) on port ${server.port.number ?? 0} of the same workload ("${describeSelector(gateway.spec.selector)}"); the oldest one has them.`,
      };
    }
  },
});

interface Placed {
  readonly gateway: Gateway;
  readonly server: Server;
}

const byPort = perView((view) => {
  const servers = resourcesOf(view, 'Gateway').flatMap((gateway) => gateway.spec.servers.map((server): Placed => ({ gateway, server })));
  return Map.groupBy(servers, ({ server }) => portOf(server));
});

/** Where a server listens; servers bound to different addresses do not meet. */
function portOf({ port, bind }: Server): string {
  return `${bind ?? ''}:${port.number ?? 0}`;
}

function haveHostInCommon(one: Placed, other: Placed): boolean {
  const hostsOf = ({ gateway, server }: Placed) => server.hosts.map((host) => serverHost(host, gateway.metadata.namespace));
  return hostsOf(one).some((a) => hostsOf(other).some((b) => (a.namespace === '*' || b.namespace === '*' || a.namespace === b.namespace) && hostsOverlap(a.name, b.name)));
}

/** Whether there are, or by the selectors alone must be, workloads that both select. */
function shareWorkload(view: View, one: Gateway, other: Gateway): boolean {
  const [a, b] = [one.spec.selector ?? {}, other.spec.selector ?? {}];
  return selectorMatches(a, b) || selectorMatches(b, a) || selectedWorkloads(view, a).some(({ labels }) => selectorMatches(b, labels));
}
