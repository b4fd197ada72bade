import type { RouteActionSchema, RouteMatchSchema, RouteSchema } from '@flotilla/envoy-api/envoy/config/route/v3/route_components_pb.js';
import type { Fields } from '../../message-fields.ts';

/** A route as it is encoded. There are tens of thousands: no message objects, with room for every field, are made for them. */
export type RouteFields = Fields<typeof RouteSchema>;
export type RouteActionFields = Fields<typeof RouteActionSchema>;
export type RouteMatchFields = Fields<typeof RouteMatchSchema>;
