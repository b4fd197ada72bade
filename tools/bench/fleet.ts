/**
 * The process of the simulated fleet; `measure.ts` starts it and talks to it. It shares the machine with what it
 * measures, but not the event loop.
 */
import type { FleetAnswer, FleetRequest } from './fleet-messages.ts';
import { ProxyClient } from './proxy-client.ts';

let proxies: readonly ProxyClient[] = [];
let bytes = 0;
let messages = 0;
let lastAt = 0;
let mark: Buffer | undefined;
let unseen = new Set<number>();

const answer = (message: FleetAnswer): void => void process.send?.(message);

function received(index: number, message: Buffer): void {
  bytes += message.length;
  messages += 1;
  lastAt = Date.now();
  if (mark === undefined || !unseen.has(index) || !message.includes(mark)) return;
  unseen.delete(index);
  if (unseen.size === 0) answer({ is: 'seen', lastAt });
}

function report(is: 'connected' | 'report'): void {
  answer({ is, lastAt, bytes, messages });
  [bytes, messages] = [0, 0];
}

function connect({ address, proxies: count, namespaces, quietMs }: Extract<FleetRequest, { do: 'connect' }>): void {
  const started = new Set<number>();
  proxies = Array.from({ length: count }, (_, index) => {
    const onMessage = (message: Buffer): void => {
      started.add(index);
      received(index, message);
    };
    return new ProxyClient({ address, index, namespace: `team-${index % namespaces}`, onMessage, onEnd: (reason) => answer({ is: 'failed', reason }) });
  });
  const poll = setInterval(() => {
    if (started.size < count || Date.now() - lastAt < quietMs) return;
    clearInterval(poll);
    report('connected');
  }, 50);
}

process.on('message', (request: FleetRequest) => {
  switch (request.do) {
    case 'connect':
      connect(request);
      return;
    case 'watch':
      mark = Buffer.from(request.mark);
      unseen = new Set(proxies.keys());
      answer({ is: 'watching' });
      return;
    case 'report':
      report('report');
  }
});
process.on('disconnect', () => process.exit(0));
