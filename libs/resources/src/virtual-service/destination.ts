import { Type, type Static } from 'typebox';
import { message } from '../schema/message.ts';
import { PortSelector } from '../schema/port-selector.ts';
import { int32, text } from '../schema/scalars.ts';
import { Headers } from './headers.ts';

/** A service, or a named subset of it, that traffic is sent to. */
export const Destination = message({ host: text() }, { subset: text(), port: PortSelector });
export type Destination = Static<typeof Destination>;

/** A destination and its share of the HTTP requests. */
export const HTTPRouteDestination = message({ destination: Destination }, { weight: int32(), headers: Headers });
export type HTTPRouteDestination = Static<typeof HTTPRouteDestination>;

/** A destination and its share of the connections. */
export const RouteDestination = message({ destination: Destination }, { weight: int32() });
export type RouteDestination = Static<typeof RouteDestination>;

/** A share in percent, finer than whole numbers. */
export const Percent = message({}, { value: Type.Number() });
export type Percent = Static<typeof Percent>;

/** A destination that gets copies of the requests, its answers thrown away. */
export const HTTPMirrorPolicy = message({ destination: Destination }, { percentage: Percent });
export type HTTPMirrorPolicy = Static<typeof HTTPMirrorPolicy>;
