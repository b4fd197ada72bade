import { describeProblem } from '@flotilla/errors';
import { isKubernetesObject, readObject, type KubernetesObject } from '@flotilla/kubernetes';
import { kindNamed, readResource, resourceKey, type MeshResource } from '@flotilla/resources';
import type { Document } from '../read-documents.ts';
import { valuesIn } from '../values-in.ts';

/** What files hold, and what is wrong with what was left out. */
export interface Objects {
  readonly resources: readonly MeshResource[];
  readonly kubernetes: readonly KubernetesObject[];
  /** A line each, with its file. */
  readonly complaints: readonly string[];
}

/**
 * Reads every document that can be read: bad ones and those of unknown kinds are complained of and left
 * out. Of two with one name the later counts; it keeps the other's age if it has none of its own.
 */
export function readObjects(documents: readonly Document[], defaultNamespace: string): Objects {
  const resources = new Map<string, MeshResource>();
  const kubernetes: KubernetesObject[] = [];
  const complaints: string[] = [];
  for (const { file, text } of documents) {
    for (const found of valuesIn(text)) {
      if ('error' in found) {
        complaints.push(`${file}: YAML syntax: ${found.error}; the document is left out`);
        continue;
      }
      const { value } = found;
      const where = `${file}: ${nameOf(value)}`;
      if (isKubernetesObject(value)) {
        const object = readObject(value, defaultNamespace);
        if (object === undefined) complaints.push(`${where} has no name and is left out`);
        else kubernetes.push(object);
        continue;
      }
      if (kindNamed(fieldOf(value, 'kind')) === undefined) {
        complaints.push(`${where} is of a kind that is not known here, and is left out`);
        continue;
      }
      const read = readResource(value, { defaultNamespace });
      const problems = 'resource' in read ? read.warnings : read.problems;
      complaints.push(...problems.map((problem) => `${where} ${describeProblem(problem)}`));
      if ('resource' in read) put(resources, read.resource);
      else complaints.push(`${where} is left out`);
    }
  }
  return { resources: [...resources.values()], kubernetes, complaints };
}

function put(resources: Map<string, MeshResource>, resource: MeshResource): void {
  const key = resourceKey(resource);
  const age = resource.metadata.creationTimestamp ?? resources.get(key)?.metadata.creationTimestamp;
  resources.set(key, age === undefined ? resource : { ...resource, metadata: { ...resource.metadata, creationTimestamp: age } });
}

/** `Kind/namespace/name`, as far as a document says. */
export function nameOf(value: unknown): string {
  const metadata: unknown = typeof value === 'object' && value !== null && 'metadata' in value ? value.metadata : undefined;
  return [fieldOf(value, 'kind') || 'a document', fieldOf(metadata, 'namespace'), fieldOf(metadata, 'name')].filter((part) => part !== '').join('/');
}

function fieldOf(value: unknown, name: string): string {
  const found = typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined;
  return typeof found === 'string' ? found : '';
}
