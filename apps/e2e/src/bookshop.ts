/** Services of the bookshop; each has a Service, or a ServiceEntry, of its own already. */
export const bookshopServices: readonly string[] = ['productpage', 'details', 'reviews', 'ratings'];

/** The bookshop's proxies, reviews having three, and the gateway's. */
export const bookshopProxies = 7;
