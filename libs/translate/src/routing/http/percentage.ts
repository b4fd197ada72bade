import { create } from '@bufbuild/protobuf';
import {
  FractionalPercent_DenominatorType as Denominator,
  FractionalPercentSchema,
  type FractionalPercent,
} from '@flotilla/envoy-api/envoy/type/v3/percent_pb.js';

/** Envoy's fraction for a percentage (0 to 100), precise to a ten-thousandth of a percent. */
export function fractionalPercent(percent: number): FractionalPercent {
  return create(FractionalPercentSchema, { numerator: Math.round(percent * 10_000), denominator: Denominator.MILLION });
}
