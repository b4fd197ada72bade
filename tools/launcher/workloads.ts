/** A workload of the local mesh, as the agent takes it. */
export interface Workload {
  readonly name: string;
  readonly namespace: string;
  readonly serviceAccount: string;
  readonly type: 'sidecar' | 'gateway';
  readonly labels: Readonly<Record<string, string>>;
  /** Its own loopback address: its Envoy listens there, and calls from there. */
  readonly address: string;
  /** What it serves, and where its application listens. */
  readonly ports: readonly { readonly name: string; readonly number: number; readonly app: string }[];
  /** Where the application sends its requests; sidecars only. */
  readonly httpProxyPort?: number;
  /** Address that the Gateway resources' listeners bind; gateways only. */
  readonly bind?: string;
  /** How long requests under way may take when the mesh stops. */
  readonly drainSeconds: number;
}

/** A service of the bookshop in one version, which is one process. */
export interface BookshopService {
  readonly app: string;
  readonly version: string;
  readonly workload: Workload;
}

export const servicePort = 9080;
export const httpProxyPort = 15_002;
/** Where the applications listen, each on its workload's own address, so that none can be in another's way. */
export const appPort = 19_080;

/** Short, so that Ctrl-C is. */
const drainSeconds = 1;

const versions: readonly (readonly [app: string, version: string])[] = [
  ['productpage', 'v1'],
  ['details', 'v1'],
  ['reviews', 'v1'],
  ['reviews', 'v2'],
  ['reviews', 'v3'],
  ['ratings', 'v1'],
];

/** The address `offset` above `base`. */
export function addressAbove(base: string, offset: number): string {
  const number = base.split('.').reduce((sum, part) => sum * 256 + Number(part), 0) + offset;
  return [24, 16, 8, 0].map((shift) => (number >>> shift) & 255).join('.');
}

/** The bookshop's services, with the names, accounts and labels of Istio's Bookinfo, on addresses above `base`. */
export function bookshopServices(base: string): BookshopService[] {
  return versions.map(([app, version], index) => {
    const address = addressAbove(base, index + 2);
    const workload = {
      name: `${app}-${version}`,
      namespace: 'default',
      serviceAccount: `bookinfo-${app}`,
      type: 'sidecar' as const,
      labels: { app, version },
      address,
      ports: [{ name: 'http', number: servicePort, app: `${address}:${appPort}` }],
      httpProxyPort,
      drainSeconds,
    };
    return { app, version, workload };
  });
}

/** The ingress gateway, which Istio's Gateway resources select by `istio: ingressgateway`. */
export function ingressGateway(base: string): Workload {
  return {
    name: 'istio-ingressgateway',
    namespace: 'istio-system',
    serviceAccount: 'istio-ingressgateway-service-account',
    type: 'gateway',
    labels: { app: 'istio-ingressgateway', istio: 'ingressgateway' },
    address: addressAbove(base, 1),
    ports: [],
    bind: '127.0.0.1',
    drainSeconds,
  };
}

/** The identity that a workload's certificate proves. */
export function spiffeIdOf({ namespace, serviceAccount }: Pick<Workload, 'namespace' | 'serviceAccount'>): string {
  return `spiffe://cluster.local/ns/${namespace}/sa/${serviceAccount}`;
}
