/** The admin API of a service. */
export class AdminApi {
  readonly #url: string;
  readonly token: string;

  constructor(url: string, token: string) {
    this.#url = url;
    this.token = token;
  }

  /** The text of what is at `path`. */
  async get(path: string): Promise<string> {
    return this.#send(path, {});
  }

  async post(path: string, yaml: string): Promise<void> {
    await this.#send(path, { method: 'POST', headers: { 'content-type': 'application/yaml' }, body: yaml });
  }

  /** The metrics of the service: of each, the sum over its labels. */
  async metrics(): Promise<ReadonlyMap<string, number>> {
    const sums = new Map<string, number>();
    for (const line of (await this.get('/metrics')).split('\n')) {
      const [, name, value] = /^(\w+)(?:\{.*\})? (\S+)$/.exec(line) ?? [];
      if (name !== undefined) sums.set(name, (sums.get(name) ?? 0) + Number(value));
    }
    return sums;
  }

  async #send(path: string, request: { readonly method?: string; readonly headers?: Record<string, string>; readonly body?: string }): Promise<string> {
    const response = await fetch(`${this.#url}${path}`, { ...request, headers: { ...request.headers, authorization: `Bearer ${this.token}` } });
    const text = await response.text();
    if (response.status >= 300) throw new Error(`${path} answered ${response.status}: ${text}`);
    return text;
  }
}
