import type { MeshResource, ResourceStatus } from '@flotilla/resources';
import type { StateView } from '../state/mesh-state.ts';
import type { Source } from './source.ts';

/** What a writer believes to be there. */
export interface Precondition {
  readonly resourceVersion?: string | undefined;
  readonly uid?: string | undefined;
}

/** One thing that is to become so. */
export type Edit =
  | {
      readonly action: 'put';
      /** Validated. Its metadata beyond name, namespace, labels and annotations is Galley's business. */
      readonly resource: MeshResource;
      /** `create` where there must be none yet, `update` where there must be one; either way when absent. */
      readonly only?: 'create' | 'update';
      readonly expect?: Precondition;
      /** What there is to say of it now; what was said stays when absent. */
      readonly status?: ResourceStatus;
      /** What the resource belongs to from then on; absent for the API. */
      readonly source?: Source;
    }
  | {
      readonly action: 'remove';
      readonly key: string;
      /** Whether it is fine when there is none. */
      readonly ifPresent?: boolean;
      readonly expect?: Precondition;
    };

/** Who writes. */
export interface Author {
  /** As the audit log names them. */
  readonly name: string;
  /** The source whose resources they may change; absent for the API. */
  readonly acts?: Source['kind'];
  /** Their proven identity, where that decides. */
  readonly spiffeId?: string;
}

/** A wish to change the state, from whichever source. */
export interface Intent {
  readonly author: Author;
  /** The edits, made when nothing else is being written, perhaps one by one. May throw a FlotillaError to refuse. */
  readonly edits: (state: StateView) => Iterable<Edit>;
  /** Checks everything and changes nothing. */
  readonly dryRun?: boolean;
  /** Takes the edits that are possible and reports the others, instead of refusing all. */
  readonly partial?: boolean;
}

/** What became of one resource. */
export interface Result {
  readonly ref: string;
  readonly change: 'created' | 'configured' | 'unchanged' | 'deleted';
  /** As it is now; as it was, where it was deleted. */
  readonly resource: MeshResource;
}
