import { describe, expect, it } from 'vitest';
import { FlotillaError } from './flotilla-error.ts';
import { describeProblem } from './problem.ts';

describe('FlotillaError', () => {
  it('carries what its code means everywhere', () => {
    const error = new FlotillaError('CONFLICT', 'reviews was changed meanwhile');
    expect(error).toMatchObject({ code: 'CONFLICT', http: 409, grpc: 10, reason: 'Conflict', problems: [] });
  });

  it('describes itself for a terminal, a line a problem', () => {
    const problems = [
      { path: 'spec.hosts', message: 'is required' },
      { path: 'spec.http[0].timeout', message: 'is too short', found: '0s', allowed: '1ms or more' },
    ];
    expect(new FlotillaError('INVALID_RESOURCE', 'reviews is not valid', { problems }).describe()).toBe(
      ['reviews is not valid', '  - spec.hosts: is required', '  - spec.http[0].timeout: is too short (found "0s", allowed: 1ms or more)'].join('\n'),
    );
  });

  it('leaves out the path of a problem with the document as a whole', () => {
    expect(describeProblem({ path: '', message: 'is not a resource' })).toBe('is not a resource');
  });
});
