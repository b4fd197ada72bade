import { Metadata, status, type ServiceError } from '@grpc/grpc-js';
import { catalogue, FlotillaError, messageOf, type Code, type Problem } from '@flotilla/errors';

/** A gRPC status as grpc-js takes it. */
export interface GrpcStatus {
  readonly code: number;
  readonly details: string;
  readonly metadata: Metadata;
}

const codeKey = 'flotilla-code';
const problemsKey = 'flotilla-problems-bin';

/** Header blocks of more than 16 KiB are refused by many; problems that do not fit are left out. */
const maxProblemBytes = 8 * 1024;

/** The status for whatever a handler threw; what has no code is INTERNAL and gives nothing away. */
export function statusOf(error: unknown): GrpcStatus {
  const coded = error instanceof FlotillaError ? error : new FlotillaError('INTERNAL', catalogue.INTERNAL.title);
  const metadata = new Metadata();
  metadata.set(codeKey, coded.code);
  if (coded.problems.length > 0) metadata.set(problemsKey, encodeProblems(coded.problems));
  return { code: coded.grpc, details: coded.message, metadata };
}

/** The coded error for a status that came back: the server's own code where it sent one, else the nearest. */
export function errorOf(failure: unknown): FlotillaError {
  if (failure instanceof FlotillaError) return failure;
  if (!isServiceError(failure)) return new FlotillaError('INTERNAL', messageOf(failure), { cause: failure });
  const sent = String(failure.metadata.get(codeKey)[0] ?? '');
  const code = Object.hasOwn(catalogue, sent) ? (sent as Code) : (nearest[failure.code] ?? 'INTERNAL');
  return new FlotillaError(code, failure.details, { problems: decodeProblems(failure.metadata.get(problemsKey)[0]), cause: failure });
}

const nearest: Partial<Record<status, Code>> = {
  [status.INVALID_ARGUMENT]: 'MALFORMED_REQUEST',
  [status.DEADLINE_EXCEEDED]: 'CONTROL_PLANE_UNREACHABLE',
  [status.UNAVAILABLE]: 'CONTROL_PLANE_UNREACHABLE',
  [status.NOT_FOUND]: 'NOT_FOUND',
  [status.ALREADY_EXISTS]: 'ALREADY_EXISTS',
  [status.PERMISSION_DENIED]: 'FORBIDDEN',
  [status.UNAUTHENTICATED]: 'UNAUTHENTICATED',
  [status.RESOURCE_EXHAUSTED]: 'PAYLOAD_TOO_LARGE',
  [status.ABORTED]: 'CONFLICT',
  [status.UNIMPLEMENTED]: 'METHOD_NOT_ALLOWED',
};

function isServiceError(failure: unknown): failure is ServiceError {
  return failure instanceof Error && 'metadata' in failure && failure.metadata instanceof Metadata;
}

function encodeProblems(problems: readonly Problem[]): Buffer {
  for (let count = problems.length; count > 1; count = Math.floor(count / 2)) {
    const text = Buffer.from(JSON.stringify(problems.slice(0, count)));
    if (text.length <= maxProblemBytes) return text;
  }
  const first = Buffer.from(JSON.stringify(problems.slice(0, 1)));
  return first.length <= maxProblemBytes ? first : Buffer.from('[]');
}

/** What another program sent is not trusted to be well formed. */
function decodeProblems(value: string | Buffer | undefined): Problem[] {
  if (!Buffer.isBuffer(value)) return [];
  try {
    const parsed: unknown = JSON.parse(value.toString());
    return Array.isArray(parsed) ? parsed.filter(isProblem) : [];
  } catch {
    return [];
  }
}

function isProblem(value: unknown): value is Problem {
  return typeof value === 'object' && value !== null && 'path' in value && typeof value.path === 'string' && 'message' in value && typeof value.message === 'string';
}
