/** What proxies were sent when they connected: of one proxy of each namespace, the encoded responses in their order. */
export type Recording = ReadonlyMap<string, readonly Buffer[]>;

/** What the floor's process is told, and what it answers. */
export type FloorRequest =
  /** Each proxy is sent what the recording has for its namespace. */
  | { readonly do: 'listen'; readonly recording: Recording }
  /** Each is sent one message of that size, with the mark in it. */
  | { readonly do: 'push'; readonly bytes: number; readonly mark: Uint8Array };
export type FloorAnswer = { readonly is: 'listening'; readonly port: number };

/** The type of what the floor pushes; nothing follows from it. */
export const fillerType = 'type.googleapis.com/google.protobuf.BytesValue';
