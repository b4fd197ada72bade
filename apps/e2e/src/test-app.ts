import type { Asked, Call, CallAnswer, ScriptedAnswer } from '@flotilla/echo';

/** An application of the test's own. */
export interface AppDescription {
  /** Its service: labels have it as `app`. The ports are `echoPorts` of `@flotilla/echo`; an instance of a service of the bookshop has the HTTP port alone. */
  readonly app: string;
  readonly version: string;
  /** `false` where it has no Envoy beside it: others call it in plain text, and it calls past the mesh. */
  readonly sidecar?: boolean;
  readonly labels?: Readonly<Record<string, string>>;
  /** Region, zone and sub-zone, `region/zone/subzone`; with a sidecar only where the mesh is processes; a pod is where its node is. */
  readonly locality?: string;
  /** The network that its Envoy is in, where the mesh is processes. */
  readonly network?: string;
}

/** Where an application is whose connections are not intercepted. */
export interface Whereabouts {
  /** Its own. */
  readonly address: string;
  /** For what its Sidecar binds on the way out. */
  readonly egressAddress: string;
}

/** It, as it runs; where it is only where the mesh is processes. */
export interface TestApp extends Partial<Whereabouts> {
  /** What it calls itself in its answers, one of its own among all. */
  readonly name: string;
  /** Has it give these answers from now on, the last of them for ever, and forget what it was asked. Without any it is well. */
  answer(...answers: readonly ScriptedAnswer[]): Promise<void>;
  /** What it was asked since. */
  asked(): Promise<Asked[]>;
  /** Has it make a call, through its sidecar if it has one. */
  call(call: Call): Promise<CallAnswer>;
  /** Takes it out of the mesh, and then ends it. */
  detach(): Promise<void>;
}

/**
 * Directs an echo application over its control port.
 * @param control URL of that port as the test reaches it
 */
export function directedApp(name: string, control: string, detach: () => Promise<void>, whereabouts?: Whereabouts): TestApp {
  const ask = async (path: string, body?: unknown): Promise<unknown> => {
    const response = await fetch(new URL(path, control), body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) });
    if (!response.ok) throw new Error(`${name} answered ${response.status}: ${await response.text()}`);
    return response.json();
  };
  return {
    name,
    ...whereabouts,
    detach,
    answer: async (...answers) => {
      await ask('/answers', answers);
    },
    asked: async () => (await ask('/asked')) as Asked[],
    call: async (call) => (await ask('/call', call)) as CallAnswer,
  };
}
