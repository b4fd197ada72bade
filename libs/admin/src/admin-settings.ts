import { Type } from 'typebox';

/** The settings of a service's admin API; to be spread into the properties of the service's schema. */
export function adminSettings(defaultPort: number) {
  return {
    adminHost: Type.String({ default: '127.0.0.1', description: 'The address that the admin API listens on.' }),
    adminPort: Type.Integer({ default: defaultPort, minimum: 0, maximum: 65535, description: 'The port of the admin API.' }),
    adminTokenFile: Type.Optional(Type.String({ description: 'A file with the bearer token that the admin API demands.' })),
  };
}
