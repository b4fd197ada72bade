import fc from 'fast-check';
import { expect, it } from 'vitest';
import { encodeResource } from './encoded-resource.ts';
import { resourceBytes } from './resource-bytes.ts';

it('takes out what was framed', () => {
  fc.assert(
    fc.property(fc.string(), fc.uint8Array({ maxLength: 400 }), (name, bytes) => {
      expect(Buffer.from(resourceBytes(encodeResource({ typeUrl: 'type.googleapis.com/a.B', name, bytes })))).toEqual(Buffer.from(bytes));
    }),
  );
});
