import { isClusterWide, type KubernetesObject } from '@flotilla/kubernetes';
import type { KindName, ResourceOf } from '@flotilla/resources';
import type { Code } from './catalogue.ts';
import type { Finding, Origin } from './message.ts';
import { resourcesOf, type View } from './view.ts';

/** Something that resources can be held against. */
export interface Rule {
  /** The name that Istio has for an analyzer that says the same; several rules may share one. */
  readonly analyzer: string;
  /** All that the rule may say. */
  readonly codes: readonly Code[];
  /** The kinds of objects of a cluster, or `Workload`, that the rule has to know all of, beside those that it looks at. */
  readonly needs: readonly string[];
  /** Everything the rule looks at, one by one, so that whoever runs it can pause in between. */
  readonly checks: (view: View) => Iterable<Check>;
}

/** One resource, and what the rule finds when it looks at it. */
export interface Check {
  readonly origin: Origin;
  /** Codes that its owner does not want to hear of, or `*`. */
  readonly suppressed: readonly string[];
  readonly findings: () => Iterable<Finding>;
}

interface Definition<S> {
  readonly analyzer: string;
  readonly codes: readonly Code[];
  readonly needs?: readonly string[];
  readonly check: (subject: S, view: View) => Iterable<Finding>;
}

/** A rule about the resources of a kind. */
export function resourceRule<K extends KindName>(kind: K, { analyzer, codes, needs = [], check }: Definition<ResourceOf<K>>): Rule {
  return {
    analyzer,
    codes,
    needs,
    *checks(view) {
      for (const resource of resourcesOf(view, kind)) {
        const { namespace, name, annotations } = resource.metadata;
        yield { origin: { kind, namespace, name }, suppressed: suppressedBy(annotations), findings: () => check(resource, view) };
      }
    },
  };
}

/** A rule about objects of Kubernetes, or of kinds that the mesh does not take, one by one: of each kind as many as are known. */
export function objectRule(kinds: readonly string[], { analyzer, codes, needs = [], check }: Definition<KubernetesObject>): Rule {
  return {
    analyzer,
    codes,
    needs,
    *checks(view) {
      for (const kind of kinds) {
        for (const object of view.objects.ofKind(kind)) {
          const { namespace, name, annotations } = object.metadata;
          yield { origin: { kind, namespace: isClusterWide(kind) ? '' : namespace, name }, suppressed: suppressedBy(annotations), findings: () => check(object, view) };
        }
      }
    },
  };
}

/** https://istio.io/latest/docs/ops/diagnostic-tools/istioctl-analyze/#ignoring-specific-analyzer-messages-via-annotations */
function suppressedBy(annotations: Readonly<Record<string, string>> = {}): string[] {
  return (annotations['galley.istio.io/analyze-suppress'] ?? '').split(',').map((code) => code.trim()).filter((code) => code !== '');
}
