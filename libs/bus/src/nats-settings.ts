import { Type } from '@flotilla/runtime';

/** The settings of a service's connection to NATS; to be spread into the properties of the service's schema. */
export const natsSettings = {
  natsUrl: Type.Array(Type.String(), { default: ['nats://127.0.0.1:4222'], description: 'Where NATS is: one URL or several.' }),
  natsPasswordFile: Type.Optional(Type.String({ description: "A file with the password of this service's NATS user; the user has the service's name." })),
};
