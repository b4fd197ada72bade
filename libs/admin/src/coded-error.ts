import { catalogue, FlotillaError, type Code, type Problem } from '@flotilla/errors';
import type { FastifyError } from 'fastify';

/** The coded error for whatever a route or the framework threw; what has no code is INTERNAL and gives nothing away. */
export function codedError(error: unknown): FlotillaError {
  if (error instanceof FlotillaError) return error;
  if (!isFrameworkError(error)) return new FlotillaError('INTERNAL', catalogue.INTERNAL.title, { cause: error });
  if (error.validation !== undefined) {
    return new FlotillaError('MALFORMED_REQUEST', `the ${error.validationContext ?? 'request'} is not valid`, { problems: problemsOf(error), cause: error });
  }
  const code = byStatus[error.statusCode ?? 500];
  return code === undefined
    ? new FlotillaError('INTERNAL', catalogue.INTERNAL.title, { cause: error })
    : new FlotillaError(code, error.message, { cause: error });
}

const byStatus: Readonly<Record<number, Code>> = {
  400: 'MALFORMED_REQUEST',
  404: 'NOT_FOUND',
  405: 'METHOD_NOT_ALLOWED',
  413: 'PAYLOAD_TOO_LARGE',
  415: 'UNSUPPORTED_MEDIA_TYPE',
  503: 'NOT_READY',
};

function isFrameworkError(error: unknown): error is FastifyError {
  return error instanceof Error && 'code' in error && String(error.code).startsWith('FST_');
}

/** `/spec/hosts/0` becomes `spec.hosts[0]`, as everywhere else. */
function problemsOf(error: FastifyError): Problem[] {
  return (error.validation ?? []).map(({ instancePath, message, params }) => ({
    path: instancePath.slice(1).replace(/\/(\d+)(?=\/|$)/g, '[$1]').replaceAll('/', '.'),
    message: message ?? 'is not valid',
    ...('allowedValues' in params && Array.isArray(params.allowedValues) ? { allowed: params.allowedValues.join(', ') } : {}),
  }));
}
