import type { JsonObject, JsonValue } from '@bufbuild/protobuf';
import { FlotillaError, type Problem } from '@flotilla/errors';
import { proxyFromNode, type NodeDescription, type ProxyDescription } from '@flotilla/translate';

const someWorkload = 'workload.default';
const types = ['sidecar', 'router', 'gateway'];

/**
 * Reads a proxy that need not exist: a node (`id` of the form `sidecar~10.0.0.1~reviews.shop~shop.svc.cluster.local`,
 * `metadata`), or its parts: `type` (sidecar, router or gateway), `ipAddresses`, `configNamespace`, `labels`,
 * `dnsDomain`, `metadata`. What the metadata says wins. Either may have a `locality` of `region`, `zone` and `subZone`.
 *
 * @throws FlotillaError MALFORMED_REQUEST for what is no proxy
 */
export function readProxy(document: unknown): ProxyDescription {
  if (!isObject(document)) throw new FlotillaError('MALFORMED_REQUEST', 'A proxy is a map with type, ipAddresses and metadata, or with a node id.');
  const metadata = isObject(document['metadata']) ? document['metadata'] : {};
  const id = text(document['id']) ?? someWorkload;
  const locality = localityIn(document);
  if (id.includes('~')) return proxyFromNode({ id, metadata, locality });
  const ipAddresses = document['ipAddresses'] ?? [];
  const type = text(document['type']) ?? 'sidecar';
  const addresses = (Array.isArray(ipAddresses) ? ipAddresses : []).filter((address) => typeof address === 'string');
  const problems: Problem[] = [
    ...(types.includes(type) ? [] : [{ path: 'type', message: 'is none of what there is', found: type, allowed: types.join(', ') }]),
    ...(Array.isArray(ipAddresses) && addresses.length === ipAddresses.length ? [] : [{ path: 'ipAddresses', message: 'is not a list of IP addresses', found: ipAddresses, allowed: 'as [10.0.0.1]' }]),
  ];
  if (problems.length > 0) throw new FlotillaError('MALFORMED_REQUEST', 'The proxy cannot be understood:', { problems });
  const namespace = text(metadata['NAMESPACE']) ?? text(document['configNamespace']) ?? text(document['namespace']) ?? 'default';
  return proxyFromNode({
    id: [type === 'gateway' ? 'router' : type, addresses[0] ?? '127.0.0.1', id, text(document['dnsDomain']) ?? `${namespace}.svc.cluster.local`].join('~'),
    metadata: {
      ...(isObject(document['labels']) ? { LABELS: document['labels'] } : {}),
      ...(addresses.length === 0 ? {} : { INSTANCE_IPS: addresses.join(',') }),
      ...metadata,
      NAMESPACE: namespace,
    },
    locality,
  });
}

/** Where the proxy is, as its node says it. */
function localityIn({ locality }: JsonObject): NodeDescription['locality'] {
  const { region, zone, subZone, sub_zone } = isObject(locality) ? locality : {};
  return { region: text(region) ?? '', zone: text(zone) ?? '', subZone: text(subZone) ?? text(sub_zone) ?? '' };
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function isObject(value: unknown): value is JsonObject & Record<string, JsonValue> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
