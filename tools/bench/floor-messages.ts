/** What the floor's process is told, and what it answers. */
export type FloorRequest =
  /** Each proxy is sent `messages` of `bytes` in all when it connects. */
  | { readonly do: 'listen'; readonly bytes: number; readonly messages: number }
  /** Each is sent one message of that size, with the mark in it. */
  | { readonly do: 'push'; readonly bytes: number; readonly mark: Uint8Array };
export type FloorAnswer = { readonly is: 'listening'; readonly port: number };

/** The type of all that the floor sends; nothing follows from it. */
export const fillerType = 'type.googleapis.com/google.protobuf.BytesValue';
