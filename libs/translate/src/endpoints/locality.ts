import { topologyLabels, type Labels } from '@flotilla/mesh';

/** The place that labels name, as `region/zone/subzone`; empty where they name no region. */
export function localityFrom(labels: Labels): string {
  const parts = topologyLabels.map((label) => labels[label] ?? '');
  return parts[0] === '' ? '' : parts.join('/');
}

/** The widest part of a place. */
export function regionOf(locality: string): string {
  return locality.split('/')[0] ?? '';
}

/** Whether a place lies within a rule's, such as `eu`, `eu/*` or `eu/west/*`. */
export function liesWithin(locality: string, rule: string): boolean {
  if (rule === '*') return true;
  const [parts, wanted] = [locality.split('/'), rule.split('/')];
  return wanted.every((part, at) => part === '*' || part === (parts[at] ?? ''));
}

/** How far a place is: 0 for the same, then 1 for the same zone, 2 for the same region, 3 for another. */
export function distance(from: string, to: string): number {
  const [here, there] = [from.split('/'), to.split('/')];
  const differs = [0, 1, 2].find((at) => (here[at] ?? '') !== (there[at] ?? ''));
  return differs === undefined ? 0 : 3 - differs;
}
