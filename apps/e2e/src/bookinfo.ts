import { startLoad, type Answer, type Load } from './load.ts';

/** How many answers each version of reviews gave, told by its pod name (`reviews-v2-...`). Answers other than 200 count under their status. */
export function versionsOf(answers: readonly Answer[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const answer of answers) {
    const version = answer.status === 200 ? (/reviews-(v\d)/.exec(answer.body)?.[1] ?? 'unknown') : String(answer.status);
    counts[version] = (counts[version] ?? 0) + 1;
  }
  return counts;
}

/** The share of one version among all counted, 0 to 1. */
export function share(counts: Readonly<Record<string, number>>, version: string): number {
  const total = Object.values(counts).reduce((sum, count) => sum + count, 0);
  return total === 0 ? 0 : (counts[version] ?? 0) / total;
}

/** The product page through the ingress gateway. */
export function pageUrl({ gatewayUrl }: { readonly gatewayUrl: string }): string {
  return `${gatewayUrl}/productpage`;
}

/** The reviews of product 0, which the product page asks for, through the ingress gateway. */
export function reviewsUrl({ gatewayUrl }: { readonly gatewayUrl: string }): string {
  return `${gatewayUrl}/api/v1/products/0/reviews`;
}

/** Has the gateway lead to reviews, past the product page. */
export const reviewsAtGateway = `
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: reviews-at-gateway, namespace: default}
spec:
  hosts: [reviews.example.com]
  gateways: [bookinfo-gateway]
  http: [{route: [{destination: {host: reviews, port: {number: 9080}}}]}]`;

/** A load by {@link reviewsAtGateway}: the product page would give up after some seconds, which a busy machine may take. */
export function loadReviews({ gatewayUrl }: { readonly gatewayUrl: string }): Load {
  return startLoad(`${gatewayUrl}/reviews/0`, { workers: 3, headers: { host: 'reviews.example.com' } });
}
