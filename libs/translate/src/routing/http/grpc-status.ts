/** gRPC's status codes by number (https://grpc.io/docs/guides/status-codes/). */
const names = [
  'OK',
  'CANCELLED',
  'UNKNOWN',
  'INVALID_ARGUMENT',
  'DEADLINE_EXCEEDED',
  'NOT_FOUND',
  'ALREADY_EXISTS',
  'PERMISSION_DENIED',
  'RESOURCE_EXHAUSTED',
  'FAILED_PRECONDITION',
  'ABORTED',
  'OUT_OF_RANGE',
  'UNIMPLEMENTED',
  'INTERNAL',
  'UNAVAILABLE',
  'DATA_LOSS',
  'UNAUTHENTICATED',
];

/** The number of a gRPC status by name; a name that gRPC does not know is UNKNOWN. */
export function grpcStatusNumber(name: string): number {
  const number = names.indexOf(name);
  return number < 0 ? names.indexOf('UNKNOWN') : number;
}
