import { Type } from 'typebox';

/** The setting that names a name server. @param asking who asks it, as `that Envoys ask` */
export function nameServerSetting(asking: string) {
  const pattern = '^(\\d{1,3}(\\.\\d{1,3}){3}|\\[[0-9a-fA-F:]+\\]):\\d{1,5}$';
  return Type.Optional(Type.String({ pattern, description: `IP address and port of the name server ${asking}, as 192.0.2.53:53; by default those of the system.` }));
}
