import { Type } from 'typebox';

/** A message that nothing here reads. */
export const unread = () => Type.Record(Type.String(), Type.Unknown());

/** A list that nothing here reads. */
export const unreadList = () => Type.Array(Type.Unknown());
