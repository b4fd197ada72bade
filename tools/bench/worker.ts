import { fork, type ChildProcess } from 'node:child_process';
import { join } from 'node:path';

/** A process of the benchmark's own that is told things and answers. */
export class Worker<Request extends object, Answer extends { readonly is: string }> {
  readonly #child: ChildProcess;

  /** @param file the program, in this folder */
  constructor(file: string) {
    this.#child = fork(join(import.meta.dirname, file), { serialization: 'advanced' });
  }

  get pid(): number {
    if (this.#child.pid === undefined) throw new Error('the process did not start');
    return this.#child.pid;
  }

  tell(request: Request): void {
    this.#child.send(request);
  }

  /** The next answer of a kind; what else comes before it is dropped. Rejects when it says that it failed, or ends. */
  next<Is extends Answer['is']>(is: Is, withinMs = 180_000): Promise<Extract<Answer, { is: Is }>> {
    return new Promise((resolve, reject) => {
      const fail = (reason: string): void => settle(() => reject(new Error(`while waiting for ${is}: ${reason}`)));
      const onMessage = (answer: Answer): void => {
        if (answer.is === is) settle(() => resolve(answer as Extract<Answer, { is: Is }>));
        else if (answer.is === 'failed') fail(JSON.stringify(answer));
      };
      const onExit = (): void => fail('the process ended');
      const timer = setTimeout(() => fail(`nothing within ${withinMs / 1000} s`), withinMs);
      const settle = (then: () => void): void => {
        clearTimeout(timer);
        this.#child.off('message', onMessage).off('exit', onExit);
        then();
      };
      this.#child.on('message', onMessage).on('exit', onExit);
    });
  }

  ask<Is extends Answer['is']>(request: Request, is: Is, withinMs?: number): Promise<Extract<Answer, { is: Is }>> {
    const answer = this.next(is, withinMs);
    this.tell(request);
    return answer;
  }

  stop(): void {
    if (this.#child.connected) this.#child.disconnect();
  }
}
