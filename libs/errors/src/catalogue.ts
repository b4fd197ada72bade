/** What each coded error means over HTTP and gRPC. The numbers are gRPC's status codes. */
interface ErrorCode {
  readonly http: number;
  readonly grpc: number;
  /** Kubernetes `Status.reason` for the same thing. */
  readonly reason: string;
  readonly title: string;
}

/** Every error Flotilla answers with. docs/errors.md lists the same; a test holds them together. */
export const catalogue = {
  INVALID_RESOURCE: { http: 422, grpc: 3, reason: 'Invalid', title: 'The resource is not valid' },
  MALFORMED_REQUEST: { http: 400, grpc: 3, reason: 'BadRequest', title: 'The request could not be understood' },
  INVALID_SETTINGS: { http: 500, grpc: 9, reason: 'InternalError', title: 'The settings are not valid' },
  UNAUTHENTICATED: { http: 401, grpc: 16, reason: 'Unauthorized', title: 'Credentials are missing or not valid' },
  FORBIDDEN: { http: 403, grpc: 7, reason: 'Forbidden', title: 'The credentials do not allow this' },
  NOT_FOUND: { http: 404, grpc: 5, reason: 'NotFound', title: 'There is no such thing' },
  METHOD_NOT_ALLOWED: { http: 405, grpc: 12, reason: 'MethodNotAllowed', title: 'The method is not allowed here' },
  ALREADY_EXISTS: { http: 409, grpc: 6, reason: 'AlreadyExists', title: 'It exists already' },
  CONFLICT: { http: 409, grpc: 10, reason: 'Conflict', title: 'It was changed by someone else in between' },
  EXPIRED: { http: 410, grpc: 11, reason: 'Expired', title: 'What was asked for is no longer kept' },
  READ_ONLY_SOURCE: { http: 409, grpc: 9, reason: 'Conflict', title: 'It belongs to a source that is changed elsewhere' },
  UNSUPPORTED_MEDIA_TYPE: { http: 415, grpc: 3, reason: 'UnsupportedMediaType', title: 'The content type is not supported' },
  PAYLOAD_TOO_LARGE: { http: 413, grpc: 8, reason: 'RequestEntityTooLarge', title: 'The request is too large' },
  TOO_MANY_STREAMS: { http: 429, grpc: 8, reason: 'TooManyRequests', title: 'As many streams are open as are allowed' },
  STORE_UNAVAILABLE: { http: 503, grpc: 14, reason: 'ServiceUnavailable', title: 'The configuration store cannot be reached' },
  CONTROL_PLANE_UNREACHABLE: { http: 503, grpc: 14, reason: 'ServiceUnavailable', title: 'A control-plane service cannot be reached' },
  KUBERNETES_UNAVAILABLE: { http: 503, grpc: 14, reason: 'ServiceUnavailable', title: 'The API server of Kubernetes cannot be reached' },
  NOT_READY: { http: 503, grpc: 14, reason: 'ServiceUnavailable', title: 'The service is not ready yet' },
  PORT_TAKEN: { http: 500, grpc: 9, reason: 'InternalError', title: 'A port is already taken' },
  TOOL_MISSING: { http: 500, grpc: 9, reason: 'InternalError', title: 'A tool that is needed is missing' },
  UNSUPPORTED_PLATFORM: { http: 500, grpc: 9, reason: 'InternalError', title: 'This platform is not supported' },
  INTERNAL: { http: 500, grpc: 13, reason: 'InternalError', title: 'Something went wrong inside' },
} as const satisfies Record<string, ErrorCode>;

export type Code = keyof typeof catalogue;
