import { kindNamed, type KindName, type MeshResource } from '@flotilla/resources';
import fc from 'fast-check';

/** What of a kind's schema says which values there are. */
interface Shape {
  readonly type?: string | readonly string[];
  readonly properties?: Readonly<Record<string, Shape>>;
  readonly patternProperties?: Readonly<Record<string, Shape>>;
  readonly required?: readonly string[];
  readonly items?: Shape;
  readonly enum?: readonly unknown[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly pattern?: string;
}

type Json = Record<string | number, unknown>;

const hosts = ['reviews.a.svc.cluster.local', 'reviews', 'ratings.b.svc.cluster.local', 'x.example.com', 'X.example.com', '*.example.com', '*', 'x', '10.0.0.1'];
const prefixed = ['./*', 'a/*', '*/*', '~/*', './x.example.com', '*/*.example.com', 'b/ratings.b.svc.cluster.local'];
const addresses = ['10.0.0.1', '10.0.0.2', '240.0.0.1', '10.1.0.0/16', '2001:db8::1', '2001:db8::/64', '127.0.0.9', '0.0.0.0', '', 'unix:///run/app.sock', 'y.example.com'];
const names = ['one', 'two', 'v1', 'v2', 'http', 'tls', 'tcp-db', 'grpc-web', 'x-user', ':authority', 'Host', 'app', '@request.auth.claims.group', ''];
const values = ['a', '/', '/x', 'a%', '%REQ(x-user)%', '%%', 'reviews', 'v1', '.*', 'a+(b|c)', '(?i)x', '*', '(', 'x'.repeat(300), 'é', ''];
const namespaces = ['a', 'b', '.', '*', '~', 'istio-system'];

/** Words that mean something in fields of a name. */
const vocabulary: Readonly<Record<string, readonly string[]>> = {
  hosts: [...hosts, ...prefixed],
  host: hosts,
  sniHosts: hosts,
  authority: hosts,
  targetHost: hosts,
  sni: hosts,
  gateways: ['mesh', 'edge', 'a/edge', 'b/second'],
  exportTo: namespaces,
  namespace: ['a', 'b'],
  sourceNamespace: ['a', 'b'],
  address: addresses,
  addresses,
  bind: addresses,
  destinationSubnets: addresses,
  sourceSubnet: addresses,
  defaultEndpoint: ['127.0.0.1:8080', '0.0.0.0:80', '[::1]:81', 'unix:///run/app.sock'],
  subset: ['v1', 'v2', 'v3'],
  protocol: ['HTTP', 'http2', 'HTTPS', 'TLS', 'TCP', 'GRPC', 'GRPC-WEB', 'MONGO', 'UDP', 'HTTP_PROXY', 'CONNECT', 'POST', ''],
  locality: ['eu/eu-1', 'us/us-1/rack', ''],
  network: ['near', ''],
  from: ['eu', 'us', 'eu/eu-1', '*'],
  to: ['eu', 'us', 'eu/*'],
  failoverPriority: ['topology.kubernetes.io/region', 'version', 'app=reviews'],
  retryOn: ['5xx', '503,reset', 'gateway-error,connect-failure', ''],
  scheme: ['http', 'https'],
  allowMethods: ['GET', 'POST', '*'],
  grpcStatus: ['UNAVAILABLE', 'NOT_FOUND'],
  bytes: ['aGVsbG8=', 'a', ''],
  clientCertificate: ['/etc/golden/cert.pem'],
  serverCertificate: ['/etc/golden/cert.pem'],
  privateKey: ['/etc/golden/key.pem'],
  caCertificates: ['/etc/golden/cert.pem'],
  caCrl: ['/etc/golden/crl.pem'],
  credentialName: ['www', 'configmap://a/roots'],
  cipherSuites: ['ECDHE-RSA-AES128-GCM-SHA256', 'AES256-SHA', 'TLS_AES_128_GCM_SHA256', 'none'],
  ecdhCurves: ['P-256', 'X25519', 'none'],
  verifyCertificateSpki: ['NvqYIYSbgK2vCJpQhObf77vv+bQWtc5ek5RIOwPiC9A=', 'x'],
  verifyCertificateHash: ['df6ff72fe9116521268f6f2dd4966f51df479883fe7037b39f75916ac3049d1a', 'x'],
  accessLogFile: ['/dev/stdout'],
  accessLogFormat: ['%START_TIME% %REQ(X)%\n', '{"a": "%PROTOCOL%", "b": [1, true]}', '{'],
};

const numbers = [0, 1, 2, 3, 50, 80, 90, 100, 200, 301, 443, 503, 599, 5432, 65537];
const fractions = [0, 0.00001, 0.5, 12.3456789, 100, 1.5, -1];
const durations = ['0s', '1ms', '1.5s', '250ms', '1h', '8760h', '1ns', '0.0001s'];

function anyOf(shape: Shape, field: string, depth: number): fc.Arbitrary<unknown> {
  if (shape.enum !== undefined) return fc.constantFrom(...shape.enum);
  if (shape.properties !== undefined) return anyMessage(shape, depth);
  const entry = Object.values(shape.patternProperties ?? {})[0];
  if (entry !== undefined) return fc.dictionary(fc.constantFrom(...names, 'version', '80', '9191', 'eu', 'us/*'), anyOf(entry, field, depth + 1), { maxKeys: 2, noNullPrototype: true });
  if (shape.items !== undefined) return fc.array(anyOf(shape.items, field, depth + 1), { minLength: depth < 2 ? 1 : 0, maxLength: depth > 4 ? 1 : 2 });
  const type = [shape.type].flat()[0];
  if (type === 'boolean') return fc.boolean();
  if (type === 'integer') return fc.constantFrom(...numbers.filter((number) => number >= (shape.minimum ?? 0) && number <= (shape.maximum ?? Infinity)), shape.minimum ?? 0, shape.maximum ?? 1);
  if (type === 'number') return fc.constantFrom(...fractions);
  if (type === 'string') return fc.constantFrom(...(shape.pattern === undefined ? (vocabulary[field] ?? [...names, ...values]) : durations));
  return fc.constant({});
}

/** Some of the fields, fewer the deeper they are. */
function anyMessage({ properties = {}, required = [] }: Shape, depth: number): fc.Arbitrary<unknown> {
  const fields = Object.entries(properties).map(([name, field]) => {
    const value = anyOf(field, name, depth + 1);
    return [name, required.includes(name) ? value : fc.option(value, { nil: undefined, freq: depth < 2 ? 5 : 2 })] as const;
  });
  return fc.record(Object.fromEntries(fields)).map((made) => Object.fromEntries(Object.entries(made).filter(([, value]) => value !== undefined)));
}

/**
 * Any resource of a kind that is accepted: made of everything that its schema knows, less what is found wrong with it.
 *
 * @param names those that the resource may have
 */
export function anyAccepted(kind: KindName, ...names: string[]): fc.Arbitrary<MeshResource> {
  const { schema, group, versions, validate } = kindNamed(kind)!;
  const { spec } = (schema as Shape).properties ?? {};
  const metadata = fc.record({ name: fc.constantFrom(...names), namespace: kindNamed(kind)?.home === undefined ? fc.constantFrom('a', 'b') : fc.constant(kindNamed(kind)!.home!), creationTimestamp: fc.constantFrom('2026-01-01T00:00:00Z', '2026-01-02T00:00:00Z') });
  return fc
    .record({ apiVersion: fc.constant(`${group}/${versions[0]}`), kind: fc.constant(kind), metadata, spec: anyMessage(spec ?? {}, 0) })
    .map((document) => withoutFaults(structuredClone(document), validate))
    .filter((document): document is MeshResource => document !== undefined);
}

const mostRounds = 20;

function withoutFaults(document: object & { readonly spec?: unknown }, validate: (document: unknown) => readonly { readonly path: string; readonly severity?: string }[]): MeshResource | undefined {
  for (let round = 0; round < mostRounds && document.spec !== undefined; round++) {
    const faults = validate(document).filter(({ severity }) => severity !== 'warning');
    if (faults.length === 0) return document as MeshResource;
    // The last first, so that places in lists stay what they are.
    for (const { path } of faults.reverse()) remove(document, [...path.matchAll(/\["((?:[^"\\]|\\.)*)"\]|\[(\d+)\]|([^.[\]]+)/g)].map(([, quoted, index, name]) => (index === undefined ? (quoted ?? name ?? '') : Number(index))));
  }
  return undefined;
}

/** Takes out what is at a path, or, where there is nothing, what it is missing from. */
function remove(within: Json, path: readonly (string | number)[]): void {
  const [key, ...rest] = path;
  if (key === undefined) return;
  const inner = within[key];
  if (typeof inner === 'object' && inner !== null) {
    const lacks = rest.length === 1 && rest[0] !== undefined && Reflect.get(inner, rest[0]) === undefined;
    const fields = Object.keys(inner);
    // A message that is wrong as a whole is tried with one field less.
    const narrower = rest.length > 0 && !lacks ? rest : lacks || Array.isArray(inner) || fields.length < 2 ? undefined : fields.slice(-1);
    if (narrower !== undefined) {
      remove(inner as Json, narrower);
      return;
    }
  }
  if (Array.isArray(within)) within.splice(Number(key), 1);
  else Reflect.deleteProperty(within, key);
}
