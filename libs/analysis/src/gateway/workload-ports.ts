import { records, type KubernetesObject } from '@flotilla/kubernetes';
import { resourceRule } from '../rule.ts';
import { serviceSelects } from '../service/selects.ts';
import type { View } from '../view.ts';
import { describeSelector, selectedWorkloads, type Workload } from '../workload.ts';

/** Gateways that no workload is there for, and ports that no Service of their workloads has. */
export const gatewayWorkloadPorts = resourceRule('Gateway', {
  analyzer: 'gateway.IngressGatewayPortAnalyzer',
  codes: ['IST0101', 'IST0162'],
  needs: ['Pod', 'Service'],
  *check({ spec }, view) {
    const workloads = selectedWorkloads(view, spec.selector);
    const selector = describeSelector(spec.selector);
    if (workloads.length === 0) {
      yield { code: 'IST0101', path: 'spec.selector', text: `No workload is found for the selector "${selector}".` };
      return;
    }
    const ports = new Set(workloads.flatMap((workload) => servedPorts(view, workload)));
    for (const [at, { port }] of spec.servers.entries()) {
      if (port.number === undefined || port.number === 0 || ports.has(port.number)) continue;
      yield { code: 'IST0162', path: `spec.servers[${at}].port.number`, text: `The port ${port.number} is in no Service of the workloads that "${selector}" selects.` };
    }
  },
});

/** The ports by which Services lead to a workload, their own and those of the workload. */
function servedPorts({ objects }: View, { namespace, name, labels }: Workload): number[] {
  const services = objects.ofKind('Service').filter((service) => serviceSelects(service, namespace, labels));
  const pod = objects.find('Pod', namespace, name);
  return services.flatMap(({ spec }) => records(spec['ports'])).flatMap(({ port, targetPort, protocol }) => {
    if (protocol !== undefined && protocol !== 'TCP') return [];
    const target = typeof targetPort === 'string' && pod !== undefined ? containerPort(pod, targetPort) : targetPort;
    return [port, target].filter((number) => typeof number === 'number');
  });
}

function containerPort({ spec }: KubernetesObject, wanted: string): unknown {
  return records(spec['containers']).flatMap(({ ports }) => records(ports)).find(({ name }) => name === wanted)?.['containerPort'];
}
