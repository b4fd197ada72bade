import type { AdminRequest } from '@flotilla/admin';
import type { Author } from '../write/edit.ts';

/** Who sent a request, as far as can be told: all who have the token count as one. */
export function authorOf(request: Pick<AdminRequest, 'ip' | 'headers'>): Author {
  return { name: `api ${request.ip} ${request.headers['user-agent'] ?? ''}`.trim() };
}
