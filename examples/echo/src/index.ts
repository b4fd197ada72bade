import type { EchoPorts } from './start-echo.ts';

export { makeCall, type Call, type CallAnswer } from './call.ts';
export { echoService } from './grpc-echo.ts';
export type { Asked, ScriptedAnswer } from './script.ts';
export { startEcho, type Echo, type EchoOptions, type EchoPorts } from './start-echo.ts';

/** The ports of the service as others call it. */
export const echoPorts: EchoPorts = { http: 9080, http2: 9081, grpc: 9082, tcp: 9083, tls: 9443, control: 9099 };
