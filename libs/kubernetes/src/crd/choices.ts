/** Fields of which one at most may be given, wherever an object has them all: protobuf's `oneof`. */
const choices: readonly (readonly string[])[] = [
  ['exact', 'prefix', 'regex'],
  ['port', 'derivePort'],
  ['string', 'bytes'],
  ['fixedDelay', 'exponentialDelay'],
  ['httpStatus', 'grpcStatus', 'http2Error'],
  ['simple', 'consistentHash', 'backendUtilization'],
  ['localityLbSetting', 'zoneAwareLbSetting'],
  ['httpHeaderName', 'httpCookie', 'useSourceIp', 'httpQueryParameterName'],
  ['ringHash', 'maglev', 'minimumRingSize'],
  ['tunnel', 'proxyProtocol'],
  ['httpGet', 'tcpSocket', 'exec', 'grpc'],
];

/** Refuses two of a choice together. A schema says so at no cost to the API server, which CEL would have within lists. */
export function refusedTogether(fields: readonly string[]): { readonly not?: object } {
  const pairs = choices
    .filter((choice) => choice.every((field) => fields.includes(field)))
    .flatMap((choice) => choice.flatMap((one, index) => choice.slice(index + 1).map((other) => ({ required: [one, other] }))));
  return pairs.length === 0 ? {} : { not: { anyOf: pairs } };
}
