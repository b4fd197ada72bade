import type { WorkloadGroup } from '../resource.ts';
import { checkOneAtMost } from '../validation/choice.ts';
import { checkPortNames } from '../validation/endpoint.ts';
import { checkLabels, checkMetadata } from '../validation/metadata.ts';
import { each, type Place } from '../validation/place.ts';
import type { ReadinessProbe } from './probe.ts';

/** What the schema of a WorkloadGroup cannot say. */
export function workloadGroupRules({ metadata, spec }: WorkloadGroup, at: Place): void {
  checkMetadata(metadata, at.at('metadata'));
  const here = at.at('spec');
  const { template, probe } = spec;
  checkLabels(spec.metadata?.labels, here.at('metadata').at('labels'));
  const place = here.at('template');
  checkPortNames(template.ports, undefined, place.at('ports'));
  checkLabels(template.labels, place.at('labels'));
  if (probe !== undefined) checkProbe(probe, here.at('probe'));
}

/** As Kubernetes has them in probes, which is narrower than HTTP. */
const probeHeader = /^[-A-Za-z0-9]+$/;

const ways = ['httpGet', 'tcpSocket', 'exec', 'grpc'] as const;

function checkProbe(probe: ReadinessProbe, at: Place): void {
  checkOneAtMost(probe, ways, at);
  if (ways.every((way) => probe[way] === undefined)) at.refuse('does not say how to find out', { allowed: `one of ${ways.join(', ')}` });
  if (probe.exec?.command.length === 0) at.at('exec').at('command').refuse('must not be empty');
  each(probe.httpGet?.httpHeaders, at.at('httpGet').at('httpHeaders'), ({ name }, here) => {
    if (!probeHeader.test(name)) here.at('name').refuse('is not the name of a header', { found: name, allowed: 'letters, digits and "-"' });
  });
}
