import { eventually } from '@flotilla/testing';
import type { AdminApi } from './admin-api.ts';

/** A workload as the agent takes it. */
export interface BenchWorkload {
  readonly name: string;
  readonly namespace: string;
  readonly serviceAccount: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly address: string;
  readonly ports: readonly { readonly name: string; readonly number: number; readonly app: string }[];
  readonly httpProxyPort: number;
  readonly drainSeconds: number;
}

/** The n-th of many alike: an identity that the launcher's agent may have, and a loopback address of its own in `network`. */
export function benchWorkload(n: number, network: string): BenchWorkload {
  return {
    name: `bench-${n}`,
    namespace: 'default',
    serviceAccount: 'bookinfo-reviews',
    labels: { app: 'bench' },
    address: `${network}.${(n >> 8) + 1}.${(n & 255) + 1}`,
    ports: [{ name: 'http', number: 9_080, app: '127.0.0.1:9' }],
    httpProxyPort: 15_002,
    drainSeconds: 0,
  };
}

/** Waits until all workloads of an agent have a live Envoy. */
export async function untilLive(agent: AdminApi, workloads: number): Promise<void> {
  await eventually(
    async () => {
      const { items } = JSON.parse(await agent.get('/v1/workloads')) as { items: readonly { readonly state: string }[] };
      const live = items.filter(({ state }) => state === 'ready').length;
      if (live !== workloads) throw new Error(`${live} of ${workloads} Envoys are live`);
    },
    { timeoutMs: 180_000, everyMs: 100 },
  );
}
