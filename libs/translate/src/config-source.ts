import { ApiVersion, type ConfigSourceSchema } from '@flotilla/envoy-api/envoy/config/core/v3/config_source_pb.js';
import type { Fields } from './message-fields.ts';

const ads = { case: 'ads', value: {} } as const;

/** Over the stream that everything else comes over; waited for as long as it takes. */
export const sameStream: Fields<typeof ConfigSourceSchema> = {
  resourceApiVersion: ApiVersion.V3,
  initialFetchTimeout: { seconds: 0n },
  configSourceSpecifier: ads,
};
