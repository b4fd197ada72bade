import { Health, HealthCheckResponse_ServingStatus as ServingStatus } from '@flotilla/protos/grpc/health/v1/health_pb.js';
import { FlotillaError } from '@flotilla/errors';
import { service, type ServedService } from './handlers.ts';

/** What grpc.health.v1 answers: the server as a whole and each of its services serve, or do not. */
export class HealthStatus {
  readonly #known: ReadonlySet<string>;
  readonly #listeners = new Set<() => void>();
  #serving = true;

  /** @param services full names of the services */
  constructor(services: readonly string[]) {
    this.#known = new Set(['', ...services]);
  }

  set(serving: boolean): void {
    if (serving === this.#serving) return;
    this.#serving = serving;
    for (const listener of this.#listeners) listener();
  }

  /** The service that answers for it. */
  served(): ServedService {
    return service(Health, {
      check: ({ service: name }) => {
        if (!this.#known.has(name)) throw new FlotillaError('NOT_FOUND', `there is no service ${name} here`);
        return { status: this.#statusOf(name) };
      },
      watch: async ({ service: name }, stream) => {
        const tell = (): void => void stream.write({ status: this.#statusOf(name) });
        this.#listeners.add(tell);
        tell();
        await new Promise((resolve) => stream.signal.addEventListener('abort', resolve, { once: true }));
        this.#listeners.delete(tell);
      },
    });
  }

  #statusOf(name: string): ServingStatus {
    if (!this.#known.has(name)) return ServingStatus.SERVICE_UNKNOWN;
    return this.#serving ? ServingStatus.SERVING : ServingStatus.NOT_SERVING;
  }
}
