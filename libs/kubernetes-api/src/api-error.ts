import { catalogue, FlotillaError, type Code } from '@flotilla/errors';
import { isFields } from './fields.ts';

/** What an API server answered instead of what was asked for: its `Status`, under our codes. */
export function errorOfStatus(httpStatus: number, body: unknown, what: string): FlotillaError {
  const status = isFields(body) ? body : {};
  const message = typeof status['message'] === 'string' ? status['message'] : `HTTP status ${httpStatus}`;
  return new FlotillaError(codeOf(httpStatus, status['reason']), `Kubernetes refused ${what}: ${message}`);
}

const byStatus: Readonly<Record<number, Code>> = {
  400: 'MALFORMED_REQUEST',
  401: 'UNAUTHENTICATED',
  403: 'FORBIDDEN',
  404: 'NOT_FOUND',
  405: 'METHOD_NOT_ALLOWED',
  409: 'CONFLICT',
  410: 'EXPIRED',
  413: 'PAYLOAD_TOO_LARGE',
  415: 'UNSUPPORTED_MEDIA_TYPE',
  422: 'INVALID_RESOURCE',
};

function codeOf(httpStatus: number, reason: unknown): Code {
  if (reason === catalogue.ALREADY_EXISTS.reason) return 'ALREADY_EXISTS';
  return byStatus[httpStatus] ?? 'KUBERNETES_UNAVAILABLE';
}
