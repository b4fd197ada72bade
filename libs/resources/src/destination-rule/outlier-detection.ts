import { Type, type Static } from 'typebox';
import { message } from '../schema/message.ts';
import { duration, flag, int32, uint32 } from '../schema/scalars.ts';

/** When an endpoint that keeps failing is left out for a while. */
export const OutlierDetection = message(
  {},
  {
    consecutiveErrors: int32({ deprecated: true }),
    splitExternalLocalOriginErrors: flag(),
    consecutiveLocalOriginFailures: uint32(),
    consecutiveGatewayErrors: uint32(),
    consecutive5xxErrors: uint32(),
    interval: duration(),
    baseEjectionTime: duration(),
    maxEjectionPercent: int32(),
    minHealthPercent: int32(),
    outlierDetectionHttpErrorCodes: Type.Array(uint32()),
  },
);
export type OutlierDetection = Static<typeof OutlierDetection>;
