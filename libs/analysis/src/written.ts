import { describeProblem } from '@flotilla/errors';
import { readObject, type KubernetesObject } from '@flotilla/kubernetes';
import { isRecord, kindNamed, mendResource, readResource, type MeshResource } from '@flotilla/resources';
import type { Finding, Message } from './message.ts';

/** What documents hold, as far as rules can look at it, and what is wrong with single ones of them. */
export interface Written {
  readonly resources: readonly MeshResource[];
  /** Objects of Kubernetes, and of kinds that the mesh does not take. */
  readonly objects: readonly KubernetesObject[];
  readonly messages: readonly Message[];
}

/**
 * Reads documents for analysis. A resource that is not valid is told of, and looked at all the same: what else
 * is wrong with it, or with others by it, is worth knowing before it is mended.
 */
export function readWritten(documents: Iterable<unknown>, defaultNamespace: string): Written {
  const resources: MeshResource[] = [];
  const objects: KubernetesObject[] = [];
  const messages: Message[] = [];
  for (const document of documents) {
    if (!isMeshResource(document)) {
      const object = readObject(document, defaultNamespace);
      if (object !== undefined) objects.push(object);
      continue;
    }
    const read = readResource(document, { defaultNamespace });
    const resource = 'resource' in read ? read.resource : mendResource(document, { defaultNamespace });
    if (resource === undefined) continue;
    resources.push(resource);
    const { kind, metadata: { namespace, name } } = resource;
    for (const problem of 'resource' in read ? read.warnings : read.problems) {
      const { path } = problem;
      const code: Finding['code'] = problem.severity === 'warning' ? 'IST0133' : 'IST0106';
      messages.push({ code, text: describeProblem(problem), ...(path === '' ? {} : { path }), origin: { kind, namespace, name }, analyzer: `schema.ValidationAnalyzer.${kind}` });
    }
  }
  return { resources, objects, messages };
}

/** Kinds of one name are told apart by their group: there is a Gateway in the Gateway API, too. */
function isMeshResource(document: unknown): boolean {
  return isRecord(document) && typeof document['kind'] === 'string' && typeof document['apiVersion'] === 'string' && kindNamed(document['kind'], document['apiVersion']) !== undefined;
}
