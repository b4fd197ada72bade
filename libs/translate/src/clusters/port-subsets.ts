import type { EffectiveRule, Service, ServicePort } from '@flotilla/mesh';
import type { Subset } from '@flotilla/resources';

/** What a cluster is for: a port of a service, all of it or one subset. */
export interface PortSubset {
  readonly port: ServicePort;
  readonly subset: Subset | undefined;
}

/** Every port of a service, each as a whole and by the subsets of a rule. */
export function portSubsets({ ports }: Pick<Service, 'ports'>, rule: EffectiveRule | undefined): PortSubset[] {
  return ports.flatMap((port) => [undefined, ...(rule?.subsets ?? [])].map((subset) => ({ port, subset })));
}
