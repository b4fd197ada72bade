import { messageOf } from '@flotilla/errors';

const answerWithinMs = 5_000;
const silentForMs = 30_000;

/** GETs `url`; gives up when no answer has begun within five seconds, so that the next source gets its turn. */
async function open(url: string, abort: AbortController): Promise<Response> {
  const host = new URL(url).host;
  const timer = setTimeout(() => abort.abort(new Error(`${host} did not answer within ${answerWithinMs / 1000} s`)), answerWithinMs);
  try {
    const response = await fetch(url, { signal: abort.signal });
    if (!response.ok) throw new Error(`${host} answered ${response.status} for ${url}`);
    return response;
  } catch (error) {
    const cause = error instanceof TypeError && error.cause !== undefined ? error.cause : error;
    throw new Error(`${host} cannot be reached: ${messageOf(cause) || 'no route'}`, { cause: error });
  } finally {
    clearTimeout(timer);
  }
}

/** A small text file. */
export async function fetchText(url: string): Promise<string> {
  return (await open(url, new AbortController())).text();
}

/**
 * Streams a file to `save` and says how far it is, at every tenth.
 * @throws Error when nothing arrives for thirty seconds
 */
export async function download(url: string, save: (chunks: AsyncIterable<Uint8Array>) => Promise<void>, say: (line: string) => void): Promise<void> {
  const abort = new AbortController();
  const response = await open(url, abort);
  const { body } = response;
  if (body === null) throw new Error(`${url} is empty`);
  const total = Number(response.headers.get('content-length') ?? 0);
  await save(watched(body, total, abort, say));
}

async function* watched(body: AsyncIterable<Uint8Array>, total: number, abort: AbortController, say: (line: string) => void): AsyncGenerator<Uint8Array> {
  const megabytes = (bytes: number): string => (bytes / 1_000_000).toFixed(1);
  const stalled = (): NodeJS.Timeout => setTimeout(() => abort.abort(new Error(`the download stood still for ${silentForMs / 1000} s`)), silentForMs);
  let received = 0;
  let told = -1;
  let timer = stalled();
  try {
    for await (const chunk of body) {
      clearTimeout(timer);
      timer = stalled();
      received += chunk.length;
      const tenth = total === 0 ? Math.floor(received / 10_000_000) : Math.floor((received / total) * 10);
      if (tenth !== told) say(`downloaded ${megabytes(received)}${total === 0 ? '' : ` of ${megabytes(total)}`} MB`);
      told = tenth;
      yield chunk;
    }
  } finally {
    clearTimeout(timer);
  }
}
