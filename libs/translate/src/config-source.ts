import { create } from '@bufbuild/protobuf';
import { ApiVersion, ConfigSourceSchema, type ConfigSource } from '@flotilla/envoy-api/envoy/config/core/v3/config_source_pb.js';

const ads = { case: 'ads', value: {} } as const;

/** Over the stream that everything else comes over; waited for as long as it takes. */
export const sameStream: ConfigSource = create(ConfigSourceSchema, {
  resourceApiVersion: ApiVersion.V3,
  initialFetchTimeout: { seconds: 0n },
  configSourceSpecifier: ads,
});
