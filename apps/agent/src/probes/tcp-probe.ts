import { connect } from 'node:net';
import type { ProbeTarget } from './probe-target.ts';

/**
 * Connects, and asks for nothing more.
 * @throws Error with what is wrong
 */
export function probeTcp({ host, port, from }: ProbeTarget, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port, ...(from === undefined ? {} : { localAddress: from }), signal });
    socket.on('error', reject);
    socket.on('connect', () => {
      socket.destroy();
      resolve();
    });
  });
}
