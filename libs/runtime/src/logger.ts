import { pino, type DestinationStream, type Logger as PinoLogger } from 'pino';

/** A structured logger: `logger.info({ proxy }, 'connected')`; `logger.child({ stream })` adds fields. */
export type Logger = PinoLogger;

export const logLevels = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const;
export type LogLevel = (typeof logLevels)[number];

/** Fields that are never written, wherever a careless object carries them. */
const secrets = ['token', 'password', 'authorization', 'privateKey', 'keyPem'];

/**
 * A logger that writes JSON lines (`level`, ISO `time`, `name`, `msg`, fields) to stdout.
 *
 * @param options.destination somewhere else to write to
 */
export function createLogger(
  name: string,
  options: { readonly level?: LogLevel; readonly destination?: DestinationStream } = {},
): Logger {
  return pino(
    {
      base: { name },
      level: options.level ?? 'info',
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      redact: { paths: secrets.flatMap((field) => [field, `*.${field}`]), censor: '[secret]' },
    },
    options.destination ?? pino.destination({ dest: 1, sync: true }),
  );
}
