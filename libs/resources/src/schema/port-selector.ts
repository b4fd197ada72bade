import type { Static } from 'typebox';
import { message } from './message.ts';
import { port } from './scalars.ts';

/** Names one port of a service by its number. */
export const PortSelector = message({ number: port() }, {});
export type PortSelector = Static<typeof PortSelector>;
