import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { messageOf } from '@flotilla/errors';

/** Asks once: undefined when it is ready, else why not, in one line. */
export type Probe = () => Promise<string | undefined>;

const everyMs = 50;
const answerWithinMs = 5_000;

/** Ready when `url` answers 200. */
export function httpProbe(url: string): Probe {
  return async () => {
    try {
      const response = await fetch(url, { signal: AbortSignal.timeout(answerWithinMs) });
      const text = await response.text();
      return response.status === 200 ? undefined : `it answers ${response.status}: ${reasonIn(text)}`;
    } catch (error) {
      return error instanceof TypeError ? messageOf(error.cause ?? error) : messageOf(error);
    }
  };
}

/** The reasons of a service's `/readyz`, or the text itself. */
function reasonIn(text: string): string {
  try {
    const { problems } = JSON.parse(text) as { readonly problems: readonly { readonly message: string }[] };
    return problems.map(({ message }) => message).join('; ');
  } catch {
    return text.slice(0, 300);
  }
}

/** Ready when a nats-server greets, and has JetStream. */
export function natsProbe(host: string, port: number): Probe {
  return () =>
    new Promise((resolve) => {
      const socket = connect(port, host);
      let greeting = '';
      socket.setTimeout(answerWithinMs, () => socket.destroy(new Error('it does not greet')));
      socket.on('error', (error) => resolve(error.message));
      socket.on('close', () => resolve('it closed the connection'));
      socket.on('data', (chunk) => {
        greeting += chunk.toString();
        if (!greeting.includes('\r\n')) return;
        resolve(/"jetstream"\s*:\s*true/.test(greeting) ? undefined : 'JetStream is not up yet');
        socket.destroy();
      });
    });
}

/**
 * Asks until it is ready.
 * @param tell is given each reason why it is not
 * @returns false when `signal` was aborted first
 */
export async function untilReady(probe: Probe, signal: AbortSignal, tell: (reason: string) => void): Promise<boolean> {
  while (!signal.aborted) {
    const reason = await probe();
    if (reason === undefined) return true;
    tell(reason);
    await sleep(everyMs);
  }
  return false;
}
