import type { Answer, Load, LoadOptions } from './load.ts';
import type { AppDescription, TestApp } from './test-app.ts';

/**
 * What a scenario of traffic needs of a mesh, in whatever form that runs: processes, containers or pods. It is the
 * bookshop with a real Envoy beside each of its services and an ingress gateway, to which tests attach applications
 * of their own. What is in `traffic/` runs on every form; what is in `scenarios/` concerns processes alone.
 */
export interface Mesh {
  /** The ingress gateway as the test reaches it: `http://host:port`. */
  readonly gatewayUrl: string;

  /** Whether instances take seconds to come and go, as containers and pods do. */
  readonly slowInstances?: boolean;

  /**
   * Applies YAML (namespace `default` where it names none) and, unless told otherwise, waits until every proxy runs it:
   * all of it or nothing, but on a cluster, which takes one resource after the other.
   * @throws with the answer where it is refused
   */
  apply(yaml: string, options?: { readonly settle?: boolean }): Promise<void>;

  /** Takes resources away by their names, as `VirtualService/default/reviews`, and waits until every proxy knows. */
  remove(...refs: readonly string[]): Promise<void>;

  /** Takes away all that `apply` has made, and waits until every proxy knows. */
  reset(): Promise<void>;

  /** One GET as the application of `workload` (`reviews-v1`) would make it, through its sidecar. */
  callFrom(workload: string, url: string, headers?: Readonly<Record<string, string>>): Promise<Answer>;

  /** The same as a steady load. */
  loadFrom(workload: string, url: string, options?: LoadOptions): Load;

  /**
   * Runs the echo application (`examples/echo`) as one more instance of the service `app`, which is made if there is
   * none, and waits until all proxies know it. Several may be attached at once, but for the first of a service.
   */
  attach(app: AppDescription): Promise<TestApp>;

  stop(): Promise<void>;
}
