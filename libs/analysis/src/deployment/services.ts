import { records, type KubernetesObject } from '@flotilla/kubernetes';
import { isInjected } from '../injection/injected.ts';
import { podTemplate } from '../pod-spec.ts';
import { objectRule } from '../rule.ts';
import { serviceSelects } from '../service/selects.ts';
import type { View } from '../view.ts';

/** Services that disagree on the ports of the pods that they lead to. */
export const deploymentServices = objectRule(['Deployment'], {
  analyzer: 'deployment.MultiServiceAnalyzer',
  codes: ['IST0116', 'IST0137'],
  needs: ['Service', 'Namespace'],
  *check(deployment, view) {
    if (!isInjected(podTemplate(deployment), deployment.metadata.namespace, view)) return;
    const { name } = deployment.metadata;
    const ports = portsTo(deployment, view);
    for (const [number, same] of Map.groupBy(ports, ({ port }) => port)) {
      const protocols = new Set(same.map(({ protocol }) => protocol));
      if (protocols.size > 1) yield { code: 'IST0116', text: `The Services ${namesOf(same)} lead to ${name} on port ${number} by different protocols: ${[...protocols].sort().join(', ')}.` };
    }
    for (const [target, same] of Map.groupBy(ports, (port) => port.target)) {
      const numbers = new Set(same.map(({ port }) => port));
      if (numbers.size > 1) yield { code: 'IST0137', text: `The Services ${namesOf(same)} lead to the port ${target} of ${name} by different ports: ${[...numbers].sort((a, b) => a - b).join(', ')}.` };
    }
  },
});

interface PortTo {
  readonly service: string;
  readonly port: number;
  readonly protocol: string;
  /** A number, or the name of a container's port. */
  readonly target: string;
}

function portsTo(deployment: KubernetesObject, { objects }: View): PortTo[] {
  const { labels } = podTemplate(deployment);
  const services = objects.ofKind('Service').filter((service) => serviceSelects(service, deployment.metadata.namespace, labels));
  return services.flatMap(({ metadata, spec }) =>
    records(spec['ports']).flatMap(({ port, protocol, targetPort }) => {
      if (typeof port !== 'number') return [];
      const target = typeof targetPort === 'string' || (typeof targetPort === 'number' && targetPort !== 0) ? targetPort : port;
      return [{ service: metadata.name, port, protocol: typeof protocol === 'string' ? protocol : 'TCP', target: String(target) }];
    }),
  );
}

function namesOf(ports: readonly PortTo[]): string {
  return [...new Set(ports.map(({ service }) => service))].sort().join(', ');
}
