import { messageOf } from '@flotilla/errors';
import type { Logger } from '@flotilla/runtime';
import type { Msg, Subscription } from '@nats-io/transport-node';
import type { BusUser } from './bus-user.ts';
import type { Connection } from './connection.ts';
import type { PropagationReport } from './propagation-report.ts';

/** What is told on each topic. */
export interface Topics {
  /** How far the configuration has come at the proxies. */
  propagation: PropagationReport;
  /** Somebody new wants to hear all of the former. */
  'propagation-wanted': Record<string, never>;
}

/** Who may speak on a topic, and who may listen. */
export const topicUsers: Readonly<Record<keyof Topics, { readonly speaks: BusUser; readonly listens: BusUser }>> = {
  propagation: { speaks: 'pilot', listens: 'galley' },
  'propagation-wanted': { speaks: 'galley', listens: 'pilot' },
};

/** Messages for whoever listens at the moment. Nobody keeps them: what matters later is told again. */
export interface Topic<T> {
  /** Tells all who listen; nobody while NATS is away. */
  tell(message: T): void;
  /** Hears of every message from now on, across interruptions, in which some are missed. The returned function ends that. */
  listen(listener: (message: T) => void): () => void;
}

export function topicSubject(topic: keyof Topics): string {
  return `flotilla.${topic}`;
}

/** A topic over a kept connection. */
export function createTopic<K extends keyof Topics>(name: K, connection: Connection, logger: Logger): Topic<Topics[K]> {
  const subject = topicSubject(name);
  return {
    tell(message) {
      if (connection.connected) connection.live().publish(subject, JSON.stringify(message));
    },
    listen(listener) {
      let subscription: Subscription | undefined;
      const receive = (error: Error | null, message: Msg): void => {
        if (error !== null) {
          logger.warn({ topic: name, reason: messageOf(error) }, 'a topic cannot be listened to');
          return;
        }
        const told = message.json<Topics[K]>();
        // The client swallows what a message handler throws; a consumer that fails must end the process instead.
        queueMicrotask(() => listener(told));
      };
      // The client itself takes subscriptions up again, unless the connection had to be made anew.
      const subscribe = (): void => {
        subscription?.unsubscribe();
        subscription = connection.live().subscribe(subject, { callback: receive });
      };
      if (connection.connected) subscribe();
      const forget = connection.onState((connected) => {
        if (connected) subscribe();
      });
      return () => {
        forget();
        subscription?.unsubscribe();
      };
    },
  };
}
