import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { detailsRoutes } from './details.ts';
import { productpageRoutes } from './productpage.ts';
import { ratingsRoutes } from './ratings.ts';
import { reviewsRoutes } from './reviews.ts';
import { createService, type Route } from './service.ts';

const running: ReturnType<typeof createService>[] = [];

async function up(routes: Route[]): Promise<string> {
  const server = createService(routes);
  running.push(server);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function shop(version: string) {
  const seen: (string | undefined)[] = [];
  const ratings = ratingsRoutes({}).map((route): Route => ({ ...route, answer: (request) => (seen.push(request.headers['end-user'] as string | undefined), route.answer(request)) }));
  const RATINGS_URL = await up(ratings);
  const REVIEWS_URL = await up(reviewsRoutes({ SERVICE_VERSION: version, POD_NAME: `reviews-${version}`, RATINGS_URL }));
  const DETAILS_URL = await up(detailsRoutes({ POD_NAME: 'details-v1' }));
  return { page: await up(productpageRoutes({ DETAILS_URL, REVIEWS_URL, RATINGS_URL })), seen };
}

interface ReviewsBody {
  podname: string;
  reviews: { rating?: { stars?: number; color?: string } }[];
}

afterEach(() => running.splice(0).forEach((server) => (server.closeAllConnections(), server.close())));

describe('the bookshop', () => {
  it.each([
    ['v1', undefined],
    ['v2', 'black'],
    ['v3', 'red'],
  ])('shows the stars of reviews %s', async (version, color) => {
    const { page } = await shop(version);
    const body = (await (await fetch(`${page}/api/v1/products/0/reviews`)).json()) as ReviewsBody;
    expect(body.podname).toBe(`reviews-${version}`);
    expect(body.reviews.map(({ rating }) => rating?.color)).toEqual([color, color]);
  });

  it('signs a user in and carries the name to the last service', async () => {
    const { page, seen } = await shop('v2');
    const login = await fetch(`${page}/login`, { method: 'POST', body: new URLSearchParams({ username: 'jason' }), redirect: 'manual' });
    expect(login.status).toBe(302);
    const cookie = login.headers.get('set-cookie')?.split(';')[0] ?? '';
    const html = await (await fetch(`${page}/productpage`, { headers: { cookie } })).text();
    expect(html).toContain('Signed in as <b>jason</b>');
    expect(html).toContain('★★★★★');
    expect(seen).toEqual(['jason']);
  });

  it('apologises on the page for what is away, and escapes what it was given', async () => {
    const page = await up(productpageRoutes({ DETAILS_URL: 'http://127.0.0.1:1', REVIEWS_URL: 'http://127.0.0.1:1' }));
    const html = await (await fetch(`${page}/productpage`, { headers: { cookie: 'user=%3Cscript%3E' } })).text();
    expect(html).toContain('Sorry, product details are currently unavailable');
    expect(html).toContain('Sorry, product reviews are currently unavailable');
    expect(html).not.toContain('<script>');
  });

  it('goes through the proxy in absolute form', async () => {
    const asked: string[] = [];
    const proxy = await up([{ method: 'GET', path: /./, answer: ({ url, headers }) => (asked.push(`${headers.host ?? ''} ${url.pathname}`), { status: 200, body: { year: 1595 } }) }]);
    const page = await up(productpageRoutes({ HTTP_PROXY: proxy }));
    expect((await fetch(`${page}/api/v1/products/0`)).status).toBe(200);
    expect(asked).toEqual(['details:9080 /details/0']);
  });

  it('says that a rating is unavailable rather than failing', async () => {
    const reviews = await up(reviewsRoutes({ SERVICE_VERSION: 'v3', RATINGS_URL: 'http://127.0.0.1:1' }));
    const body = (await (await fetch(`${reviews}/reviews/0`)).json()) as ReviewsBody;
    expect(body.reviews[0]?.rating).toEqual({ error: 'Ratings service is currently unavailable' });
  });
});
