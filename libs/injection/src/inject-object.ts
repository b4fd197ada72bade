import { problemWithin, type Problem } from '@flotilla/errors';
import { isRecord } from '@flotilla/resources';
import { decideInjection } from './decision.ts';
import { injectPod, readPod } from './inject-pod.ts';
import type { InjectionOptions } from './injection-options.ts';

/** An object of Kubernetes after injection; `skipped` says why it was left as it is. */
export type InjectedObject = { readonly object: unknown; readonly skipped?: string } | { readonly problems: readonly Problem[] };

/** Where objects that make pods keep the template of them. */
const templates: Readonly<Record<string, readonly string[]>> = {
  Pod: [],
  PodTemplate: ['template'],
  Deployment: ['spec', 'template'],
  ReplicaSet: ['spec', 'template'],
  ReplicationController: ['spec', 'template'],
  StatefulSet: ['spec', 'template'],
  DaemonSet: ['spec', 'template'],
  Job: ['spec', 'template'],
  CronJob: ['spec', 'jobTemplate', 'spec', 'template'],
};

/** Whether an object makes pods, or is one. */
export function makesPods(object: unknown): boolean {
  return templateOf(object) !== undefined;
}

/** Injects the pods that an object makes; an object that makes none stays as it is. Lists are injected item by item. */
export function injectObject(object: unknown, options: InjectionOptions): InjectedObject {
  if (isRecord(object) && object['kind'] === 'List' && Array.isArray(object['items'])) return injectList(object, object['items'], options);
  const path = templateOf(object);
  if (path === undefined || !isRecord(object)) return { object };
  const read = readPod(withOwner(at(object, path), object));
  if ('problems' in read) return { problems: placed(path, read.problems) };
  const metadata = isRecord(object['metadata']) ? object['metadata'] : {};
  const namespace = read.pod.metadata?.namespace ?? (typeof metadata['namespace'] === 'string' ? metadata['namespace'] : 'default');
  const decision = decideInjection(read.pod, namespace, options);
  if (!decision.inject) return { object, skipped: decision.reason };
  const injected = injectPod(read.pod, options);
  return 'problems' in injected ? { problems: placed(path, injected.problems) } : { object: replaced(object, path, withoutOwner(injected.pod, path)) };
}

function injectList(list: Record<string, unknown>, items: readonly unknown[], options: InjectionOptions): InjectedObject {
  const results = items.map((item) => injectObject(item, options));
  const problems = results.flatMap((result, index) => ('problems' in result ? result.problems.map((problem) => problemWithin(`items[${index}]`, problem)) : []));
  return problems.length > 0 ? { problems } : { object: { ...list, items: results.map((result, index) => ('object' in result ? result.object : items[index])) } };
}

function templateOf(object: unknown): readonly string[] | undefined {
  return isRecord(object) && typeof object['kind'] === 'string' ? templates[object['kind']] : undefined;
}

const at = (object: unknown, path: readonly string[]): unknown => path.reduce((value, key) => (isRecord(value) ? value[key] : undefined), object);

function replaced(object: Record<string, unknown>, [key, ...rest]: readonly string[], value: unknown): unknown {
  if (key === undefined) return value;
  const below = object[key];
  return { ...object, [key]: isRecord(below) ? replaced(below, rest, value) : value };
}

/** A template says nothing of what will own its pods: the object that it stands in does. */
function withOwner(template: unknown, object: Record<string, unknown>): unknown {
  const { kind, apiVersion, metadata } = object;
  if (template === object || !isRecord(template) || !isRecord(metadata)) return template;
  return { ...template, metadata: { ...(isRecord(template['metadata']) ? template['metadata'] : {}), ownerReferences: [{ kind, apiVersion, name: metadata['name'], controller: true }] } };
}

function withoutOwner(pod: { readonly metadata?: object }, path: readonly string[]): unknown {
  if (path.length === 0) return pod;
  const metadata: Record<string, unknown> = { ...pod.metadata };
  delete metadata['ownerReferences'];
  return { ...pod, metadata };
}

function placed(path: readonly string[], problems: readonly Problem[]): Problem[] {
  return problems.map((problem) => (path.length === 0 ? problem : problemWithin(path.join('.'), problem)));
}
