import { Agent, request, type IncomingHttpHeaders } from 'node:http';

/** One answer, or the error that came instead of one (status 0). */
export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  readonly tookMs: number;
}

/** What came of a load: how much was sent and everything that was not acceptable. */
export interface LoadReport {
  readonly sent: number;
  readonly failures: readonly { readonly atMs: number; readonly status: number; readonly body: string }[];
}

export interface Load {
  /** Requests answered so far. */
  readonly sent: number;
  /** Sends no more, waits for what is under way, and reports. */
  stop(): Promise<LoadReport>;
}

/** One GET; a refused or broken connection is an answer with status 0 and the error as body. */
export function get(url: string, headers: Readonly<Record<string, string>> = {}, agent?: Agent): Promise<Answer> {
  return new Promise((resolve) => {
    const started = performance.now();
    const answer = (status: number, body: string, responseHeaders: IncomingHttpHeaders = {}): void =>
      resolve({ status, headers: responseHeaders, body, tookMs: performance.now() - started });
    const outgoing = request(url, { headers, timeout: 30_000, ...(agent === undefined ? {} : { agent }) }, (response) => {
      let body = '';
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => (body += chunk));
      response.on('end', () => answer(response.statusCode ?? 0, body, response.headers));
      response.on('error', (error) => answer(0, error.message));
    });
    outgoing.on('timeout', () => outgoing.destroy(new Error('no answer within 30 s')));
    outgoing.on('error', (error) => answer(0, error.message));
    outgoing.end();
  });
}

export interface LoadOptions {
  readonly workers?: number;
  /** Between an answer and the same worker's next request. */
  readonly pauseMs?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly accept?: (answer: Answer) => boolean;
  /** Makes the requests; by default this process does. */
  readonly send?: (url: string, headers: Readonly<Record<string, string>>) => Promise<Answer>;
}

/**
 * Sends GETs to `url` from `workers` clients, each waiting `pauseMs` between an answer and its next
 * request, until stopped. A failure is any answer that `accept` refuses (by default: not 200).
 */
export function startLoad(url: string, options: LoadOptions = {}): Load {
  const { workers = 4, pauseMs = 10, headers = {}, accept = (answer: Answer) => answer.status === 200 } = options;
  const agent = new Agent({ keepAlive: true, maxSockets: workers });
  const { send = (target: string, sent: Readonly<Record<string, string>>) => get(target, sent, agent) } = options;
  const started = performance.now();
  const failures: { atMs: number; status: number; body: string }[] = [];
  let sent = 0;
  let stopping = false;
  const worker = async (): Promise<void> => {
    while (!stopping) {
      const answer = await send(url, headers);
      sent += 1;
      if (!accept(answer)) failures.push({ atMs: Math.round(performance.now() - started), status: answer.status, body: answer.body.slice(0, 300) });
      await new Promise((resolve) => setTimeout(resolve, pauseMs));
    }
  };
  const running = Promise.all(Array.from({ length: workers }, worker));
  return {
    get sent() {
      return sent;
    },
    async stop() {
      stopping = true;
      await running;
      agent.destroy();
      return { sent, failures };
    },
  };
}

/** `count` GETs, `atOnce` at a time; all the answers. */
export async function burst(url: string, count: number, atOnce = 8, headers: Readonly<Record<string, string>> = {}): Promise<Answer[]> {
  const agent = new Agent({ keepAlive: true, maxSockets: atOnce });
  const answers: Answer[] = [];
  let next = 0;
  const worker = async (): Promise<void> => {
    while (next < count) {
      next += 1;
      answers.push(await get(url, headers, agent));
    }
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
  agent.destroy();
  return answers;
}
