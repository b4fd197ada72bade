import { Type, type Static } from 'typebox';
import { message } from '../schema/message.ts';
import { limit, oneOf, port, text, texts } from '../schema/scalars.ts';

/** How to find out whether a workload is ready: by exactly one of the four ways. */
export const ReadinessProbe = message(
  {},
  {
    initialDelaySeconds: limit(),
    timeoutSeconds: limit(),
    periodSeconds: limit(),
    successThreshold: limit(),
    failureThreshold: limit(),
    httpGet: message(
      { port: port() },
      { path: text(), host: text(), scheme: oneOf('HTTP', 'HTTPS'), httpHeaders: Type.Array(message({ name: text() }, { value: text() })) },
    ),
    tcpSocket: message({ port: port() }, { host: text() }),
    exec: message({ command: texts() }, {}),
    grpc: message({ port: port() }, { service: text() }),
  },
);
export type ReadinessProbe = Static<typeof ReadinessProbe>;
