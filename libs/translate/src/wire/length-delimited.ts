/** The tag of a length-delimited field, numbers below 16. */
function tag(field: number): number {
  return (field << 3) | 2;
}

/**
 * Bytes as a field of a message. Protobuf lets repeated fields be concatenated, so that a message can
 * be put together from parts that were encoded once.
 *
 * @param field number below 16
 */
export function lengthDelimited(field: number, bytes: Uint8Array): Uint8Array {
  const header = [tag(field)];
  for (let rest = bytes.length; ; rest >>>= 7) {
    if (rest < 0x80) {
      header.push(rest);
      break;
    }
    header.push((rest & 0x7f) | 0x80);
  }
  const framed = new Uint8Array(header.length + bytes.length);
  framed.set(header);
  framed.set(bytes, header.length);
  return framed;
}

/** Parts one after the other. */
export function concatenate(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
