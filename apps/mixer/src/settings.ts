import { adminSettings } from '@flotilla/admin';
import { natsSettings } from '@flotilla/bus';
import { identitySettings } from '@flotilla/identity';
import { observabilitySettings, Type, type Static } from '@flotilla/runtime';

/** What Mixer can be told, as flags or environment variables. */
export const settingsSchema = Type.Object({
  ...observabilitySettings,
  ...adminSettings(7030),
  ...natsSettings,
  ...identitySettings,
  host: Type.String({ default: '127.0.0.1', description: 'The address that access logs and policy checks come in at.' }),
  port: Type.Integer({ default: 15004, minimum: 0, maximum: 65535, description: 'The port of access logs and policy checks (gRPC over mTLS).' }),
  dataDir: Type.String({ default: '.flotilla/data/mixer', description: 'Where the last state of the mesh is kept, for a start while NATS is away.' }),
  rootNamespace: Type.String({ default: 'istio-system', description: 'The namespace whose deny lists hold everywhere.' }),
  seriesLimit: Type.Integer({ default: 20_000, minimum: 1, description: 'How many combinations of labels the metrics may have; what comes after is counted under the label value "overflow".' }),
});

export type Settings = Static<typeof settingsSchema>;
