import { FlotillaError } from '@flotilla/errors';
import { systemClock, type Clock } from './clock.ts';
import { createLogger, type Logger } from './logger.ts';
import { HelpRequested } from './settings-help.ts';
import { StopSequence } from './stop-sequence.ts';

/** What a program gets to run with. */
export interface App {
  readonly name: string;
  /** `app.logger.level = settings.logLevel` once the settings are known. */
  readonly logger: Logger;
  readonly clock: Clock;
  /** Aborted when the program begins to stop. */
  readonly signal: AbortSignal;
  /** Has `stop` called when the program stops: what was started last stops first. */
  onStop(name: string, stop: () => unknown): void;
  /** Stops the program as SIGTERM does; with a `failure`, it is shown and the exit code is 1. */
  stop(reason: string, failure?: unknown): void;
}

/** How long a program may take to stop before it is ended. */
const stopDeadlineMs = 10_000;

/**
 * Runs a program until SIGTERM or SIGINT, then stops what it started in reverse order, and exits: 0 after an
 * orderly stop, 1 after a failure or past the deadline, 130 on a second SIGINT. A coded error is printed to stderr
 * as its message alone, `--help` to stdout. What was started before a failure is stopped too.
 */
export function runApp(name: string, start: (app: App) => Promise<void>): void {
  const logger = createLogger(name);
  const sequence = new StopSequence(logger);
  const stopping = new AbortController();
  let exitCode = 0;

  const stop = (reason: string, failure?: unknown): void => {
    if (failure !== undefined) {
      exitCode = 1;
      report(logger, reason, failure);
    }
    if (stopping.signal.aborted) return;
    if (failure === undefined) logger.info({ reason }, 'stopping');
    stopping.abort();
    void sequence.run(systemClock, stopDeadlineMs).then((clean) => process.exit(clean ? exitCode : 1));
  };

  process.on('SIGTERM', () => stop('SIGTERM'));
  process.on('SIGINT', () => {
    if (stopping.signal.aborted) process.exit(130);
    stop('SIGINT');
  });
  process.on('uncaughtException', (error) => stop('an error nobody handled', error));
  process.on('unhandledRejection', (error) => stop('a rejection nobody handled', error ?? new Error('rejected without a reason')));

  const app: App = { name, logger, clock: systemClock, signal: stopping.signal, onStop: (part, fn) => sequence.add(part, fn), stop };
  start(app).catch((error: unknown) => {
    if (error instanceof HelpRequested) {
      process.stdout.write(`${error.message}\n`, () => process.exit(0));
    } else if (stopping.signal.aborted) {
      logger.debug({ err: error }, 'start was cut short by the stop');
    } else {
      stop('the start failed', error ?? new Error('failed without a reason'));
    }
  });
}

function report(logger: Logger, reason: string, failure: unknown): void {
  if (failure instanceof FlotillaError && failure.code !== 'INTERNAL') process.stderr.write(`${failure.describe()}\n`);
  else logger.fatal({ err: failure }, reason);
}
