import { catalogue, FlotillaError, messageOf, type Code, type Problem } from '@flotilla/errors';
import type { Connection, Service } from './connection.ts';

export interface Call {
  readonly method?: 'GET' | 'POST' | 'PUT' | 'DELETE';
  readonly body?: string;
  readonly contentType?: string;
}

/** An admin API. */
export interface Api {
  /** @throws FlotillaError with the code and all problems that the API answered with */
  call(path: string, call?: Call): Promise<unknown>;
}

const answerWithinMs = 30_000;

/** Both shapes that an error comes in: problem+json, and Kubernetes `Status`. */
interface ErrorBody {
  readonly code?: unknown;
  readonly detail?: string;
  readonly message?: string;
  readonly reason?: string;
  readonly problems?: readonly Problem[];
  readonly details?: { readonly causes?: readonly { readonly field?: string; readonly message?: string }[] };
}

function isCode(value: unknown): value is Code {
  return typeof value === 'string' && value in catalogue;
}

function codeOf(body: ErrorBody, status: number): Code {
  if (isCode(body.code)) return body.code;
  const codes = Object.keys(catalogue) as Code[];
  return codes.find((code) => catalogue[code].reason === body.reason) ?? codes.find((code) => catalogue[code].http === status) ?? 'INTERNAL';
}

/** The error that an answer stands for. */
export function errorOf(status: number, text: string): FlotillaError {
  let body: ErrorBody;
  try {
    body = JSON.parse(text) as ErrorBody;
  } catch {
    body = { message: text === '' ? `it answered ${status}` : text };
  }
  const causes = body.details?.causes?.map(({ field = '', message = '' }) => ({ path: field, message }));
  return new FlotillaError(codeOf(body, status), body.detail ?? body.message ?? `it answered ${status}`, { problems: body.problems ?? causes ?? [] });
}

/** @param service its name, for the message when it cannot be reached */
export function createApi(service: Service, { url, token }: Connection): Api {
  return {
    async call(path, { method = 'GET', body, contentType = 'application/yaml' } = {}) {
      let response: Response;
      let text: string;
      try {
        response = await fetch(new URL(path, url), {
          method,
          signal: AbortSignal.timeout(answerWithinMs),
          headers: { accept: 'application/json', ...(token === undefined ? {} : { authorization: `Bearer ${token}` }), ...(body === undefined ? {} : { 'content-type': contentType }) },
          ...(body === undefined ? {} : { body }),
        });
        text = await response.text();
      } catch (error) {
        const cause = error instanceof TypeError && error.cause !== undefined ? error.cause : error;
        throw new FlotillaError('CONTROL_PLANE_UNREACHABLE', `${service} does not answer at ${url}: ${messageOf(cause)}. Is the mesh running?`, { cause: error });
      }
      if (!response.ok) throw errorOf(response.status, text);
      return text === '' ? undefined : (JSON.parse(text) as unknown);
    },
  };
}
