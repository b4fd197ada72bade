import type { ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';
import { startLoad, type Answer, type Load, type LoadOptions } from './load.ts';

/**
 * A program for `node -e` that makes the GETs it reads as lines of JSON and writes their answers: run where an
 * application runs, its calls are as the application's own.
 */
export const callerProgram = `
const { Agent, request } = require('node:http');
const agent = new Agent({ keepAlive: true });
require('node:readline').createInterface({ input: process.stdin }).on('line', (line) => {
  const { id, url, headers } = JSON.parse(line);
  const started = performance.now();
  const answer = (status, body, received = {}) => process.stdout.write(JSON.stringify({ id, status, body, headers: received, tookMs: performance.now() - started }) + '\\n');
  const outgoing = request(url, { headers, agent, timeout: 30000 }, (response) => {
    let body = '';
    response.setEncoding('utf8').on('data', (chunk) => (body += chunk)).on('end', () => answer(response.statusCode, body, response.headers)).on('error', (error) => answer(0, error.message));
  });
  outgoing.on('timeout', () => outgoing.destroy(new Error('no answer within 30 s'))).on('error', (error) => answer(0, error.message)).end();
});`;

/** Makes GETs by a {@link callerProgram} that runs elsewhere. */
class RemoteCaller {
  readonly #process: ChildProcess;
  readonly #waiting = new Map<number, (answer: Answer) => void>();
  #next = 0;

  /** @param process the program, with its input and output piped */
  constructor(process: ChildProcess) {
    this.#process = process;
    if (process.stdout === null || process.stdin === null) throw new Error('the caller has no input and output');
    createInterface({ input: process.stdout }).on('line', (line) => {
      const { id, ...answer } = JSON.parse(line) as Answer & { readonly id: number };
      this.#waiting.get(id)?.(answer);
      this.#waiting.delete(id);
    });
    process.once('exit', () => {
      for (const answer of this.#waiting.values()) answer({ status: 0, headers: {}, body: 'the caller has ended', tookMs: 0 });
      this.#waiting.clear();
    });
  }

  /** Whether it can make calls still. */
  get runs(): boolean {
    return this.#process.exitCode === null && this.#process.signalCode === null;
  }

  get(url: string, headers: Readonly<Record<string, string>> = {}): Promise<Answer> {
    const id = this.#next++;
    return new Promise((resolve) => {
      this.#waiting.set(id, resolve);
      this.#process.stdin?.write(`${JSON.stringify({ id, url, headers })}\n`);
    });
  }

  end(): void {
    this.#process.kill('SIGKILL');
  }
}

/** One caller for each workload, begun when it is first needed and again after it has ended. */
export class RemoteCallers {
  readonly #begin: (workload: string) => ChildProcess;
  readonly #callers = new Map<string, RemoteCaller>();

  /** @param begin runs the {@link callerProgram} where the application of a workload runs, whose connections are intercepted */
  constructor(begin: (workload: string) => ChildProcess) {
    this.#begin = begin;
  }

  get(workload: string, url: string, headers: Readonly<Record<string, string>> = {}): Promise<Answer> {
    return this.#of(workload).get(url, headers);
  }

  load(workload: string, url: string, options: LoadOptions = {}): Load {
    const caller = this.#of(workload);
    return startLoad(url, { ...options, send: (target, headers) => caller.get(target, headers) });
  }

  end(): void {
    for (const caller of this.#callers.values()) caller.end();
  }

  #of(workload: string): RemoteCaller {
    const known = this.#callers.get(workload);
    if (known?.runs === true) return known;
    const caller = new RemoteCaller(this.#begin(workload));
    this.#callers.set(workload, caller);
    return caller;
  }
}
