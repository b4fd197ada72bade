import { eventually } from '@flotilla/testing';
import { docker, type Compose } from './compose.ts';

/** What is looked at of a container's state. */
interface State {
  readonly StartedAt: string;
  readonly Health?: { readonly Status: string };
}

const killAll = "process.kill(-1, 'SIGKILL')";

async function stateOf(container: string): Promise<State> {
  return JSON.parse(await docker('inspect', '-f', '{{json .State}}', container)) as State;
}

/**
 * kill -9 of all programs in a container, from within: what Docker's own kill ends, it does not start again.
 * @returns waits until the container runs anew and is healthy
 */
export async function killPrograms(compose: Compose, service: string): Promise<() => Promise<void>> {
  const [container = ''] = await compose.containers(service);
  const before = await stateOf(container);
  // The command ends with the container.
  await docker('exec', container, 'node', '-e', killAll).catch(() => undefined);
  return () =>
    eventually(
      async () => {
        const { StartedAt, Health } = await stateOf(container);
        if (StartedAt === before.StartedAt) throw new Error(`${service} was not started again`);
        if (Health?.Status !== 'healthy') throw new Error(`${service} is ${Health?.Status ?? 'gone'}`);
      },
      { timeoutMs: 120_000, everyMs: 250 },
    );
}
