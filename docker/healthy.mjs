// The health check of every image: `node healthy.mjs URL` ends with 0 when URL answers 200.
const [url = ''] = process.argv.slice(2);
const answer = await fetch(url, { signal: AbortSignal.timeout(4_000) }).catch((error) => ({ status: error.cause?.message ?? error.message, text: async () => '' }));
if (answer.status !== 200) {
  console.error(answer.status, await answer.text());
  process.exitCode = 1;
}
