import type { Subset, TrafficPolicy } from '@flotilla/resources';
import { perPortBlocks, type PortPolicy } from './policy.ts';

/** Where a block of a port's policy is written. */
export interface PolicySource {
  readonly block: keyof PortPolicy;
  /** In the policy of the whole rule, or in that of the subset. */
  readonly of: 'rule' | 'subset';
  /** `trafficPolicy.portLevelSettings[0].tls` */
  readonly path: string;
}

/** Where the policy for one port of a service or of a subset comes from, block by block, as `portPolicy` puts it together. */
export function policySources(policy: TrafficPolicy | undefined, port: number, subset?: Subset): PolicySource[] {
  const found = new Map<string, PolicySource>();
  for (const [of, layer] of [['rule', policy], ['subset', subset?.trafficPolicy]] as const) {
    const { portLevelSettings = [], ...blocks } = layer ?? {};
    const note = (within: object, path: string): void => {
      for (const block of Object.keys(within)) if (block !== 'port') found.set(block, { block: block as keyof PortPolicy, of, path: `${path}.${block}` });
    };
    note(blocks, 'trafficPolicy');
    const at = portLevelSettings.findIndex((settings) => settings.port.number === port);
    if (at === -1) continue;
    for (const block of perPortBlocks) found.delete(block);
    note(Object.fromEntries(Object.entries(portLevelSettings[at] ?? {}).filter(([block]) => perPortBlocks.has(block))), `trafficPolicy.portLevelSettings[${at}]`);
  }
  return [...found.values()];
}
