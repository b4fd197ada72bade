import fc from 'fast-check';
import { expect, it } from 'vitest';
import { encodeResources } from './encoded-resource.ts';
import { resourceBytes } from './resource-bytes.ts';

it('takes out what was framed', () => {
  fc.assert(
    fc.property(fc.string(), fc.uint8Array({ maxLength: 400 }), (name, bytes) => {
      const [encoded] = encodeResources([{ typeUrl: 'type.googleapis.com/a.B', name, bytes }]);
      expect(Buffer.from(resourceBytes(encoded!))).toEqual(Buffer.from(bytes));
    }),
  );
});
