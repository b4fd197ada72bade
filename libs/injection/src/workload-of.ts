import type { PodMetadata } from './pod.ts';

/** What a pod belongs to, as telemetry names it. */
export interface Workload {
  readonly name: string;
  readonly kind: string;
  readonly apiVersion: string;
}

/**
 * The workload that a pod belongs to: its owner, seen through the ReplicaSet of a Deployment and the Job of a CronJob,
 * whose names they carry with a suffix; a pod on its own is a workload itself.
 */
export function workloadOf({ name, generateName, labels = {}, ownerReferences = [] }: PodMetadata): Workload {
  const owner = ownerReferences.find(({ controller }) => controller === true) ?? ownerReferences[0];
  if (owner === undefined) return { name: name ?? generateName?.replace(/-$/, '') ?? '', kind: 'Pod', apiVersion: 'v1' };
  const hash = labels['pod-template-hash'];
  if (owner.kind === 'ReplicaSet' && hash !== undefined && owner.name.endsWith(`-${hash}`)) {
    return { name: owner.name.slice(0, -hash.length - 1), kind: 'Deployment', apiVersion: 'apps/v1' };
  }
  const scheduled = owner.kind === 'Job' ? /^(.*)-\d{8,11}$/.exec(owner.name)?.[1] : undefined;
  if (scheduled !== undefined) return { name: scheduled, kind: 'CronJob', apiVersion: 'batch/v1' };
  return { name: owner.name, kind: owner.kind, apiVersion: owner.apiVersion };
}
