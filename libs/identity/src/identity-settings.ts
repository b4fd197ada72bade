import { Type } from '@flotilla/runtime';

/** The settings of a service that gets its certificate from Citadel; to be spread into the properties of the service's schema. */
export const identitySettings = {
  trustDomain: Type.String({ default: 'cluster.local', pattern: '^[a-z0-9][a-z0-9._-]*$', description: 'The trust domain of every identity.' }),
  citadelAddress: Type.String({ default: '127.0.0.1:15013', description: "Host and port of Citadel's certificate service." }),
  citadelRootFile: Type.String({ default: '.flotilla/data/citadel/root-cert.pem', description: 'A file with the root that Citadel is known by, PEM.' }),
  identityTokenFile: Type.Optional(Type.String({ description: 'A file with the token that Citadel gives this service its certificate for.' })),
};
