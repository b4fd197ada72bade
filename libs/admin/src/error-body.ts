import { describeProblem, type FlotillaError, type Problem } from '@flotilla/errors';

/** An error as it goes over HTTP. */
export interface ErrorBody {
  readonly contentType: string;
  readonly body: unknown;
}

/** The body of an error for a request to `url`: Kubernetes' own shape under its paths, RFC 9457 elsewhere. */
export function errorBody(error: FlotillaError, url: string): ErrorBody {
  const path = url.split('?', 1)[0] ?? '';
  return /^\/apis?(\/|$)/.test(path)
    ? { contentType: 'application/json; charset=utf-8', body: kubernetesStatus(error) }
    : { contentType: 'application/problem+json; charset=utf-8', body: problemDetails(error, path) };
}

/** RFC 9457 problem details; `problems` lists every single thing that is wrong. */
function problemDetails(error: FlotillaError, instance: string): object {
  return {
    type: `urn:flotilla:error:${error.code}`,
    title: error.title,
    status: error.http,
    detail: error.message,
    instance,
    code: error.code,
    ...(error.problems.length === 0 ? {} : { problems: error.problems }),
  };
}

/** `meta/v1` Status, which kubectl shows as it is. */
export function kubernetesStatus(error: FlotillaError): object {
  return {
    kind: 'Status',
    apiVersion: 'v1',
    metadata: {},
    status: 'Failure',
    message: error.problems.length === 0 ? error.message : `${error.message}: ${error.problems.map(describeProblem).join('; ')}`,
    reason: error.reason,
    ...(error.problems.length === 0 ? {} : { details: { causes: error.problems.map(causeOf) } }),
    code: error.http,
  };
}

function causeOf(problem: Problem): object {
  return {
    reason: problem.found === undefined ? 'FieldValueRequired' : 'FieldValueInvalid',
    message: describeProblem({ ...problem, path: '' }),
    field: problem.path,
  };
}
