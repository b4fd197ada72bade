/** What an admin API answered. */
export interface ApiAnswer {
  readonly status: number;
  readonly body: unknown;
  readonly text: string;
}

/** An admin API of the mesh, called with its token. */
export interface Api {
  get(path: string): Promise<ApiAnswer>;
  send(method: 'POST' | 'PUT' | 'DELETE', path: string, body?: unknown, contentType?: string): Promise<ApiAnswer>;
}

/** @param url base of the API, @param token its bearer token */
export function createApi(url: string, token: string): Api {
  const call = async (method: string, path: string, body?: string, contentType?: string): Promise<ApiAnswer> => {
    const response = await fetch(new URL(path, url), {
      method,
      headers: { authorization: `Bearer ${token}`, ...(contentType === undefined ? {} : { 'content-type': contentType }) },
      ...(body === undefined ? {} : { body }),
    });
    const text = await response.text();
    const json = response.headers.get('content-type')?.includes('json') === true && text !== '';
    return { status: response.status, body: json ? (JSON.parse(text) as unknown) : text, text };
  };
  return {
    get: (path) => call('GET', path),
    send: (method, path, body, contentType = 'application/json') =>
      body === undefined ? call(method, path) : call(method, path, typeof body === 'string' ? body : JSON.stringify(body), contentType),
  };
}
