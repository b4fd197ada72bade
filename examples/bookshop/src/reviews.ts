import { call } from './call.ts';
import { forwardedHeaders } from './forwarded-headers.ts';
import { serve, type Request, type Route, whoami } from './service.ts';

type Rating = { readonly stars: number; readonly color: string } | { readonly error: string };

const texts = {
  Reviewer1: 'Mistaken twins, quick tongues and not one dull scene: I laughed all the way through.',
  Reviewer2: 'Great fun, though it lacks the depth of the later plays.',
};

/** The stars that v2 and v3 show, and how patient each is with ratings. */
const versions = {
  v1: undefined,
  v2: { color: 'black', timeoutMs: 10_000 },
  v3: { color: 'red', timeoutMs: 2_500 },
} as const;

async function ratingsFor(id: string, request: Request, env: NodeJS.ProcessEnv, stars: { color: string; timeoutMs: number }): Promise<Record<string, Rating>> {
  const answer = await call(`${env['RATINGS_URL'] ?? 'http://ratings:9080'}/ratings/${id}`, forwardedHeaders(request.headers), {
    proxy: env['HTTP_PROXY'],
    timeoutMs: stars.timeoutMs,
  });
  const given = answer?.status === 200 ? (answer.body as { ratings?: Record<string, number> }).ratings : undefined;
  return Object.fromEntries(
    Object.keys(texts).map((reviewer) => {
      const value = given?.[reviewer];
      return [reviewer, value === undefined ? { error: 'Ratings service is currently unavailable' } : { stars: value, color: stars.color }];
    }),
  );
}

/** `/reviews/{id}`: v1 without stars, v2 with black ones, v3 with red ones; which of them is SERVICE_VERSION. */
export function reviewsRoutes(env: NodeJS.ProcessEnv): Route[] {
  const version = env['SERVICE_VERSION'] ?? 'v1';
  if (!(version in versions)) throw new Error(`SERVICE_VERSION is ${version}; it can be v1, v2 or v3`);
  const stars = versions[version as keyof typeof versions];
  return [
    {
      method: 'GET',
      path: /^\/reviews\/(\d+)$/,
      answer: async (request) => {
        const id = request.captured[0] ?? '0';
        const ratings = stars === undefined ? {} : await ratingsFor(id, request, env, stars);
        const reviews = Object.entries(texts).map(([reviewer, text]) => ({
          reviewer,
          text,
          ...(ratings[reviewer] === undefined ? {} : { rating: ratings[reviewer] }),
        }));
        return { status: 200, body: { id, ...whoami(env), reviews } };
      },
    },
  ];
}

if (import.meta.main) serve('reviews', reviewsRoutes(process.env), process.env);
