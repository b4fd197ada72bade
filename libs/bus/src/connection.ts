import { FlotillaError, messageOf } from '@flotilla/errors';
import { backoff, type Clock, type Logger } from '@flotilla/runtime';
import { AuthorizationError, connect, createInbox, UserAuthenticationExpiredError, type NatsConnection } from '@nats-io/transport-node';

/** Where the bus is and who connects to it. */
export interface BusSettings {
  /** `nats://host:port`, one or several. */
  readonly servers: string | readonly string[];
  readonly user?: string;
  readonly password?: string;
  /** What the connection is called in NATS's own monitoring. */
  readonly name: string;
  readonly logger: Logger;
  readonly clock: Clock;
}

/** A connection to NATS that is kept for ever: made again whenever it is lost. */
export interface Connection {
  readonly connected: boolean;
  /** The connection, up at this moment; throws STORE_UNAVAILABLE while there is none. */
  live(): NatsConnection;
  /** A new subject to be answered on, among those that this user may listen to. */
  createInbox(): string;
  /** Hears of every change of `connected`; the returned function ends that. */
  onState(listener: (connected: boolean) => void): () => void;
  close(): Promise<void>;
}

/**
 * Connects to NATS. Resolves at the first connection or at the first failure that may pass (from then on
 * it goes on trying); rejects UNAUTHENTICATED where the server refuses the credentials.
 */
export async function keepConnection(settings: BusSettings): Promise<Connection> {
  const { logger, clock } = settings;
  const listeners = new Set<(connected: boolean) => void>();
  const retryDelay = backoff({ initialMs: 50, maxMs: 2_000, factor: 2, random: Math.random });
  let current: NatsConnection | undefined;
  let connected = false;
  let closed = false;
  let cancelRetry: (() => void) | undefined;

  const setConnected = (now: boolean): void => {
    if (connected === now) return;
    connected = now;
    for (const listener of [...listeners]) listener(now);
  };

  const adopt = (connection: NatsConnection): void => {
    current = connection;
    logger.info({ server: connection.getServer() }, 'connected to NATS');
    setConnected(true);
    void follow(connection);
  };

  const follow = async (connection: NatsConnection): Promise<void> => {
    for await (const status of connection.status()) {
      if (status.type === 'disconnect') {
        if (!closed) logger.warn('the connection to NATS is lost');
        setConnected(false);
      } else if (status.type === 'reconnect') {
        logger.info({ server: status.server }, 'connected to NATS again');
        setConnected(true);
      } else if (status.type === 'error') {
        logger.warn({ reason: status.error.message }, 'NATS answered with an error');
      }
    }
    setConnected(false);
    current = undefined;
    if (!closed) retry();
  };

  const retry = (): void => {
    cancelRetry = clock.after(retryDelay.next(), () => {
      open(settings).then(
        (connection) => {
          retryDelay.reset();
          if (closed) void connection.close();
          else adopt(connection);
        },
        (error: unknown) => {
          logger.debug({ reason: messageOf(error) }, 'NATS cannot be reached yet');
          if (!closed) retry();
        },
      );
    });
  };

  try {
    adopt(await open(settings));
  } catch (error) {
    if (isRefusal(error)) {
      throw new FlotillaError('UNAUTHENTICATED', `NATS refused the credentials of user "${settings.user ?? ''}"`, { cause: error });
    }
    logger.warn({ servers: settings.servers, reason: messageOf(error) }, 'NATS cannot be reached; trying on');
    retry();
  }

  return {
    get connected() {
      return connected;
    },
    live() {
      if (current === undefined || !connected) throw new FlotillaError('STORE_UNAVAILABLE', 'NATS cannot be reached at the moment');
      return current;
    },
    createInbox: () => createInbox(inboxPrefix(settings.user)),
    onState(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    async close() {
      closed = true;
      cancelRetry?.();
      await current?.close();
    },
  };
}

/** One attempt to connect; once it has succeeded the client itself reconnects for ever. */
function open({ servers, user, password, name }: BusSettings): Promise<NatsConnection> {
  return connect({
    servers: typeof servers === 'string' ? servers : [...servers],
    name,
    ...(user === undefined ? {} : { user }),
    ...(password === undefined ? {} : { pass: password }),
    inboxPrefix: inboxPrefix(user),
    timeout: 5_000,
    pingInterval: 10_000,
    maxPingOut: 2,
    maxReconnectAttempts: -1,
    ignoreAuthErrorAbort: true,
    reconnectDelayHandler: () => 50 + Math.random() * 200,
  });
}

/** Inboxes apart for each user, so that none can listen to the answers of another. */
export function inboxPrefix(user: string | undefined): string {
  return user === undefined ? '_INBOX' : `_INBOX_${user}`;
}

function isRefusal(error: unknown): boolean {
  return error instanceof AuthorizationError || error instanceof UserAuthenticationExpiredError;
}
