import { Type, type Static } from 'typebox';
import { message } from '../schema/message.ts';
import { portOrZero, text, textMap } from '../schema/scalars.ts';
import { ServerTLSSettings } from './server-tls.ts';

/** The port of a server. The number is left out where the server binds a unix socket, and only there. */
export const Port = message(
  { name: text(), protocol: text() },
  { number: portOrZero(), targetPort: portOrZero({ deprecated: true }) },
);
export type Port = Static<typeof Port>;

/** One port a gateway listens on, and the hosts it takes traffic for there. */
export const Server = message(
  { port: Port, hosts: Type.Array(Type.String(), { minItems: 1 }) },
  { bind: text(), tls: ServerTLSSettings, defaultEndpoint: text(), name: text() },
);
export type Server = Static<typeof Server>;

/** Traffic at the edge of the mesh. https://istio.io/latest/docs/reference/config/networking/gateway/ */
export const GatewaySpec = message(
  { servers: Type.Array(Server, { minItems: 1 }) },
  { selector: textMap() },
  'The ports and hosts at the edge of the mesh, on the proxies that carry the selected labels.',
);
export type GatewaySpec = Static<typeof GatewaySpec>;
