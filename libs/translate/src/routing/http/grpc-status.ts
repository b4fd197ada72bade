import { grpcStatuses } from '@flotilla/resources';

/** The number of a gRPC status by name; a name that gRPC does not know is UNKNOWN. */
export function grpcStatusNumber(name: string): number {
  const number = grpcStatuses.indexOf(name);
  return number < 0 ? grpcStatuses.indexOf('UNKNOWN') : number;
}
