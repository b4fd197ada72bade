import { selectorMatches, type DenyList } from '@flotilla/resources';
import type { Workload } from '../mesh/workload.ts';
import type { CheckedRequest } from './checked-request.ts';
import { requestTest, type RequestTest } from './deny-rule.ts';

/** Why a request is refused. */
export interface Denial {
  /** `<namespace>/<name>` of the deny list. */
  readonly list: string;
  /** Which of its rules, from 0. */
  readonly rule: number;
  /** What the client is told. */
  readonly message: string;
}

interface CompiledList {
  readonly id: string;
  readonly selector: Readonly<Record<string, string>> | undefined;
  readonly tests: readonly RequestTest[];
  readonly message: string;
}

/** All deny lists, made ready to be asked. Immutable: a change of the lists makes a new one. */
export class DenyIndex {
  readonly #byNamespace: ReadonlyMap<string, readonly CompiledList[]>;
  readonly #rootNamespace: string;

  /** @param rootNamespace the namespace whose lists hold for workloads of every namespace */
  constructor(lists: Iterable<DenyList>, rootNamespace: string) {
    this.#byNamespace = Map.groupBy([...lists].map(compile), ({ id }) => id.slice(0, id.indexOf('/')));
    this.#rootNamespace = rootNamespace;
  }

  /** The first rule that refuses a request to a workload; undefined lets it pass. */
  denialOf(request: CheckedRequest, workload: Pick<Workload, 'namespace' | 'labels'>): Denial | undefined {
    for (const namespace of new Set([this.#rootNamespace, workload.namespace])) {
      for (const { id, selector, tests, message } of this.#byNamespace.get(namespace) ?? []) {
        if (!selectorMatches(selector, workload.labels)) continue;
        const rule = tests.findIndex((test) => test(request));
        if (rule >= 0) return { list: id, rule, message };
      }
    }
    return undefined;
  }
}

function compile({ metadata, spec }: DenyList): CompiledList {
  return {
    id: `${metadata.namespace}/${metadata.name}`,
    selector: spec.selector?.matchLabels,
    tests: spec.rules.map(requestTest),
    message: spec.message ?? 'denied',
  };
}
