import type { DescMessage, MessageInitShape, MessageShape } from '@bufbuild/protobuf';

/** Some fields of a message, to be spread into one. */
export type Fields<D extends DescMessage> = Exclude<MessageInitShape<D>, MessageShape<D>>;
