import { isDeepStrictEqual } from 'node:util';
import { FlotillaError } from '@flotilla/errors';
import { resourceKey, type MeshResource } from '@flotilla/resources';
import type { StateView } from '../state/mesh-state.ts';
import type { Author, Edit, Precondition, Result } from './edit.ts';
import { describeSource, sourceOf, withSource, type Source } from './source.ts';

/** What a plan needs beyond the state. */
export interface PlanContext {
  readonly author: Author;
  /** RFC 3339, in seconds, as Kubernetes writes it. */
  readonly now: string;
  readonly newUid: () => string;
  /** The sources that are followed; nothing belongs to others any more. */
  readonly inForce: ReadonlySet<Source['kind']>;
  /** That of all certificates. */
  readonly trustDomain: string;
}

/** An edit that cannot be, and why. */
export interface Refusal {
  readonly ref: string;
  readonly error: FlotillaError;
}

/**
 * Works out, edit by edit, what edits make of a state: what has to be written, and what cannot be. Edits of the same
 * resource build on each other.
 */
export class Plan {
  readonly results: Result[] = [];
  readonly refusals: Refusal[] = [];
  readonly #state: Pick<StateView, 'get'>;
  readonly #context: PlanContext;
  readonly #upserts = new Map<string, MeshResource>();
  readonly #removals = new Set<string>();

  constructor(state: Pick<StateView, 'get'>, context: PlanContext) {
    this.#state = state;
    this.#context = context;
  }

  /** What has to be written. */
  get upserts(): readonly MeshResource[] {
    return [...this.#upserts.values()];
  }

  /** The keys of what has to be removed. */
  get removals(): readonly string[] {
    return [...this.#removals];
  }

  take(edit: Edit): void {
    const ref = edit.action === 'put' ? resourceKey(edit.resource) : edit.key;
    const existing = this.#current(ref);
    const error = objection(edit, existing, this.#context);
    if (error !== undefined) {
      this.refusals.push({ ref, error });
    } else if (edit.action === 'put') {
      this.#put(ref, next(existing, edit, this.#context), existing);
    } else if (existing !== undefined) {
      this.#upserts.delete(ref);
      if (this.#state.get(ref) !== undefined) this.#removals.add(ref);
      this.results.push({ ref, change: 'deleted', resource: existing });
    }
  }

  #put(ref: string, resource: MeshResource, existing: MeshResource | undefined): void {
    this.results.push({ ref, change: existing === undefined ? 'created' : resource === existing ? 'unchanged' : 'configured', resource });
    if (resource === existing) return;
    this.#removals.delete(ref);
    this.#upserts.set(ref, resource);
  }

  #current(ref: string): MeshResource | undefined {
    return this.#removals.has(ref) ? undefined : (this.#upserts.get(ref) ?? this.#state.get(ref));
  }
}

/** Why the edit cannot be. */
function objection(edit: Edit, existing: MeshResource | undefined, context: PlanContext): FlotillaError | undefined {
  const ref = edit.action === 'put' ? resourceKey(edit.resource) : edit.key;
  const strange = edit.action === 'put' ? otherTrustDomain(edit.resource, context.trustDomain) : undefined;
  if (strange !== undefined) return strange;
  if (existing === undefined) {
    const needed = edit.action === 'put' ? edit.only === 'update' : edit.ifPresent !== true;
    return needed ? new FlotillaError('NOT_FOUND', `${ref} does not exist`) : undefined;
  }
  if (edit.action === 'put' && edit.only === 'create') return new FlotillaError('ALREADY_EXISTS', `${ref} exists already`);
  return foreign(ref, sourceOf(existing), context) ?? changed(ref, existing, edit.expect);
}

/** Certificates are issued for one trust domain: with another in the MeshConfig, nobody would accept anybody. */
function otherTrustDomain(resource: MeshResource, trustDomain: string): FlotillaError | undefined {
  if (resource.kind !== 'MeshConfig') return undefined;
  const found = resource.spec.trustDomain;
  if (found === undefined || found === '' || found === trustDomain) return undefined;
  return new FlotillaError('INVALID_RESOURCE', `${resourceKey(resource)} names another trust domain than certificates are issued for`, {
    problems: [{ path: 'spec.trustDomain', message: 'is not the one that the mesh was started with (--trust-domain)', found, allowed: trustDomain }],
  });
}

/** Whether the resource belongs to a source that is not the author's. */
function foreign(ref: string, owner: Source | undefined, { author, inForce }: PlanContext): FlotillaError | undefined {
  const { acts, spiffeId } = author;
  if (owner === undefined) {
    return acts === 'registration' ? new FlotillaError('ALREADY_EXISTS', `${ref} exists already, and was not made by a registration`) : undefined;
  }
  const allowed = owner.kind === 'registration' ? acts === 'registration' && owner.spiffeId === spiffeId : acts === owner.kind || (acts !== 'registration' && !inForce.has(owner.kind));
  return allowed ? undefined : new FlotillaError('READ_ONLY_SOURCE', `${ref} belongs to ${describeSource(owner)}: change it there`);
}

function changed(ref: string, { metadata }: MeshResource, expect: Precondition = {}): FlotillaError | undefined {
  const { uid, resourceVersion } = expect;
  if (uid !== undefined && uid !== metadata.uid) return new FlotillaError('CONFLICT', `${ref} is another one now: its uid is ${metadata.uid}, not ${uid}`);
  if (resourceVersion === undefined || resourceVersion === metadata.resourceVersion) return undefined;
  return new FlotillaError('CONFLICT', `${ref} was changed in between: it is at resourceVersion ${metadata.resourceVersion}, not ${resourceVersion}. Read it again and repeat the change`);
}

/** The resource as it is stored for `wanted`; `existing` itself where that changes nothing. */
function next(
  existing: MeshResource | undefined,
  { resource: wanted, source, status = existing?.status }: Pick<Edit & { action: 'put' }, 'resource' | 'source' | 'status'>,
  { now, newUid }: PlanContext,
): MeshResource {
  const { name, namespace, labels = {} } = wanted.metadata;
  const annotations = withSource(wanted.metadata.annotations, source);
  const sameSpec = existing !== undefined && isDeepStrictEqual(existing.spec, wanted.spec);
  // A cluster says itself which object this is, how old, and how often it was changed.
  const given: Partial<MeshResource['metadata']> = source?.kind === 'kubernetes' ? wanted.metadata : {};
  const uid = given.uid ?? existing?.metadata.uid;
  const generation = given.generation ?? (existing?.metadata.generation ?? 0) + (sameSpec ? 0 : 1);
  const creationTimestamp = given.creationTimestamp ?? existing?.metadata.creationTimestamp ?? now;
  if (
    sameSpec &&
    existing.apiVersion === wanted.apiVersion &&
    uid === existing.metadata.uid &&
    generation === existing.metadata.generation &&
    creationTimestamp === existing.metadata.creationTimestamp &&
    isDeepStrictEqual(existing.metadata.labels ?? {}, labels) &&
    isDeepStrictEqual(existing.metadata.annotations ?? {}, annotations) &&
    isDeepStrictEqual(existing.status, status)
  ) {
    return existing;
  }
  return {
    apiVersion: wanted.apiVersion,
    kind: wanted.kind,
    metadata: {
      name,
      namespace,
      ...(isEmpty(labels) ? {} : { labels }),
      ...(isEmpty(annotations) ? {} : { annotations }),
      uid: uid ?? newUid(),
      generation,
      creationTimestamp,
    },
    spec: wanted.spec,
    ...(status === undefined ? {} : { status }),
  } as MeshResource;
}

function isEmpty(map: Readonly<Record<string, string>>): boolean {
  return Object.keys(map).length === 0;
}
