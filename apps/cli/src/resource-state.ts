import type { Condition, MeshResource } from '@flotilla/resources';

/** What the control plane says of a resource, as far as commands show it. */
export interface ResourceState {
  readonly accepted: Condition | undefined;
  readonly propagated: Condition | undefined;
  /** What analysis finds, as `IST0101`, each code once. */
  readonly findings: readonly string[];
}

export function stateOf({ status }: MeshResource): ResourceState {
  const condition = (wanted: string): Condition | undefined => status?.conditions?.find(({ type }) => type === wanted);
  return { accepted: condition('Accepted'), propagated: condition('Propagated'), findings: [...new Set((status?.validationMessages ?? []).map(({ type }) => type.code))] };
}

/** Whether it will not get better by waiting: the newest version is not valid, or proxies refuse it. */
export function isBad({ accepted, propagated }: ResourceState): boolean {
  return accepted?.status === 'False' || propagated?.reason === 'Refused';
}
