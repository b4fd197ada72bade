import { call, type Answer } from './call.ts';
import { forwardedHeaders } from './forwarded-headers.ts';
import { renderPage, type BookDetails, type BookReviews } from './page.ts';
import { serve, type Reply, type Request, type Route } from './service.ts';

const product = { id: 0, title: 'The Comedy of Errors', descriptionHtml: 'Two pairs of twins, parted in a shipwreck, come to the same town on the same day.' };
const patienceMs = 3_000;
const reviewAttempts = 2;

function userOf(request: Request): string | undefined {
  const user = new URLSearchParams((request.headers.cookie ?? '').replaceAll(/;\s*/g, '&')).get('user');
  return user === null || user === '' ? undefined : user;
}

/** Calls another service for the signed-in user; undefined when it gave no usable answer in time. */
async function ask(target: string, request: Request, env: NodeJS.ProcessEnv): Promise<Answer | undefined> {
  const user = userOf(request);
  return call(target, { ...forwardedHeaders(request.headers), ...(user === undefined ? {} : { 'end-user': user }) }, { proxy: env['HTTP_PROXY'], timeoutMs: patienceMs });
}

function orSorry(answer: Answer | undefined, what: string): Reply {
  if (answer?.status === 200 && typeof answer.body === 'object' && answer.body !== null) return { status: 200, body: answer.body };
  return { status: answer === undefined || answer.status === 200 ? 500 : answer.status, body: { error: `Sorry, ${what} are currently unavailable for this book.` } };
}

async function details(id: string, request: Request, env: NodeJS.ProcessEnv): Promise<Reply> {
  return orSorry(await ask(`${env['DETAILS_URL'] ?? 'http://details:9080'}/details/${id}`, request, env), 'product details');
}

/** Reviews are asked for twice, three seconds each: with a slower ratings service the page gives up after six. */
async function reviews(id: string, request: Request, env: NodeJS.ProcessEnv): Promise<Reply> {
  let answer: Answer | undefined;
  for (let attempt = 0; attempt < reviewAttempts && answer?.status !== 200; attempt++) {
    answer = await ask(`${env['REVIEWS_URL'] ?? 'http://reviews:9080'}/reviews/${id}`, request, env);
  }
  return orSorry(answer, 'product reviews');
}

function signIn(user: string, cookie: string): Reply {
  return { status: 302, body: '', headers: { location: '/productpage', 'set-cookie': `user=${encodeURIComponent(user)}; Path=/; HttpOnly; SameSite=Lax${cookie}` } };
}

/** The product page, its JSON API, and signing in and out: the user goes as the `end-user` header with every call. */
export function productpageRoutes(env: NodeJS.ProcessEnv): Route[] {
  return [
    { method: 'GET', path: /^\/$/, answer: () => ({ status: 302, body: '', headers: { location: '/productpage' } }) },
    {
      method: 'GET',
      path: /^\/productpage$/,
      answer: async (request) => {
        const [book, opinions] = await Promise.all([details('0', request, env), reviews('0', request, env)]);
        return { status: 200, body: renderPage({ product, user: userOf(request), details: book.body as BookDetails, reviews: opinions.body as BookReviews }) };
      },
    },
    { method: 'POST', path: /^\/login$/, answer: ({ body }) => signIn(new URLSearchParams(body).get('username') ?? '', '') },
    { method: 'GET', path: /^\/logout$/, answer: () => signIn('', '; Max-Age=0') },
    { method: 'GET', path: /^\/api\/v1\/products$/, answer: () => ({ status: 200, body: [product] }) },
    { method: 'GET', path: /^\/api\/v1\/products\/(\d+)$/, answer: (request) => details(request.captured[0] ?? '0', request, env) },
    { method: 'GET', path: /^\/api\/v1\/products\/(\d+)\/reviews$/, answer: (request) => reviews(request.captured[0] ?? '0', request, env) },
    {
      method: 'GET',
      path: /^\/api\/v1\/products\/(\d+)\/ratings$/,
      answer: async (request) => orSorry(await ask(`${env['RATINGS_URL'] ?? 'http://ratings:9080'}/ratings/${request.captured[0] ?? '0'}`, request, env), 'product ratings'),
    },
  ];
}

if (import.meta.main) serve('productpage', productpageRoutes(process.env), process.env);
