import { readSecret } from '@flotilla/runtime';
import { Type } from 'typebox';
import type { AdminOptions } from './create-admin-server.ts';

/** The settings of a service's admin API; to be spread into the properties of the service's schema. */
export function adminSettings(defaultPort: number) {
  return {
    adminHost: Type.String({ default: '127.0.0.1', description: 'The address that the admin API listens on.' }),
    adminPort: Type.Integer({ default: defaultPort, minimum: 0, maximum: 65535, description: 'The port of the admin API.' }),
    adminTokenFile: Type.Optional(Type.String({ description: 'A file with the bearer token that the admin API demands.' })),
  };
}

/** Where the admin API listens and what it demands, by its {@link adminSettings}. Reads the token's file. */
export async function adminAccess(settings: { readonly adminHost: string; readonly adminPort: number; readonly adminTokenFile?: string }): Promise<Pick<AdminOptions, 'host' | 'port' | 'token'>> {
  const { adminHost: host, adminPort: port, adminTokenFile } = settings;
  return { host, port, token: adminTokenFile === undefined ? undefined : await readSecret(adminTokenFile, '--admin-token-file') };
}
