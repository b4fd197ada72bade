import type { Problem } from '@flotilla/errors';
import type { ApiObject } from '@flotilla/kubernetes-api';
import { isRecord, readResource, type MeshResource, type ResourceStatus } from '@flotilla/resources';

/** Written by `kubectl apply` for itself; as long as the resource. */
const lastApplied = 'kubectl.kubernetes.io/last-applied-configuration';

/** The resources that a cluster has under our kinds, and what is wrong with those that cannot be used. */
export class CustomResources {
  readonly #good = new Map<string, MeshResource>();
  readonly #problems = new Map<string, readonly Problem[]>();
  readonly #statuses = new Map<string, ResourceStatus>();

  put(key: string, object: ApiObject): void {
    const { apiVersion, kind, metadata, spec, status } = object;
    if (isRecord(status)) this.#statuses.set(key, status);
    else this.#statuses.delete(key);
    const annotations = Object.entries((metadata['annotations'] as Record<string, string> | undefined) ?? {}).filter(([name]) => name !== lastApplied);
    const read = readResource({ apiVersion, kind, metadata: { ...metadata, annotations: Object.fromEntries(annotations) }, spec }, { defaultNamespace: 'default' });
    if ('resource' in read) {
      this.#good.set(key, read.resource);
      this.#problems.set(key, read.warnings);
    } else {
      this.#good.delete(key);
      this.#problems.set(key, read.problems);
    }
  }

  remove(key: string): void {
    this.#good.delete(key);
    this.#problems.delete(key);
    this.#statuses.delete(key);
  }

  /** The status that the cluster has of it, whoever wrote that. */
  statusOf(key: string): ResourceStatus | undefined {
    return this.#statuses.get(key);
  }

  get(key: string): MeshResource | undefined {
    return this.#good.get(key);
  }

  /** Whether the cluster has it, good or bad. */
  has(key: string): boolean {
    return this.#problems.has(key);
  }

  keys(): Iterable<string> {
    return this.#problems.keys();
  }

  problemsOf(key: string): readonly Problem[] {
    return this.#problems.get(key) ?? [];
  }

  *problems(): Iterable<readonly [key: string, problem: Problem]> {
    for (const [key, problems] of this.#problems) for (const problem of problems) yield [key, problem];
  }
}
