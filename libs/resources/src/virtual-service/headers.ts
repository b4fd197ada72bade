import type { Static } from 'typebox';
import { message } from '../schema/message.ts';
import { textMap, texts } from '../schema/scalars.ts';

export const HeaderOperations = message({}, { set: textMap(), add: textMap(), remove: texts() });
export type HeaderOperations = Static<typeof HeaderOperations>;

/** What to do to the headers on the way there and on the way back. */
export const Headers = message({}, { request: HeaderOperations, response: HeaderOperations });
export type Headers = Static<typeof Headers>;
