import { hostMatches } from '@flotilla/mesh';
import type { HTTPMatchRequest, StringMatch, TLSMatchAttributes } from '@flotilla/resources';

const parts = ['scheme', 'method', 'authority'] as const;
const maps = ['headers', 'queryParams'] as const;

/** Whether every request that fits the inner match fits the outer one too. Of two regular expressions that is known only where they are equal. */
export function coversRequest(outer: HTTPMatchRequest, inner: HTTPMatchRequest): boolean {
  return (
    coversCaller(outer, inner) &&
    coversUri(outer, inner) &&
    parts.every((part) => coversText(outer[part], inner[part])) &&
    maps.every((map) => Object.entries(outer[map] ?? {}).every(([name, match]) => inner[map]?.[name] !== undefined && coversText(match, inner[map][name]))) &&
    Object.entries(outer.withoutHeaders ?? {}).every(([name, match]) => JSON.stringify(inner.withoutHeaders?.[name]) === JSON.stringify(match))
  );
}

/** What is matched of connections; those of TLS also have host names. */
type ConnectionMatch = Partial<TLSMatchAttributes>;

/** Whether every connection that fits the inner match fits the outer one too. */
export function coversConnection(outer: ConnectionMatch, inner: ConnectionMatch): boolean {
  return (
    coversCaller(outer, inner) &&
    isWithin(outer.destinationSubnets, inner.destinationSubnets, (a, b) => a === b) &&
    isWithin(outer.sniHosts, inner.sniHosts, hostMatches)
  );
}

type CallerMatch = Pick<HTTPMatchRequest, 'port' | 'sourceLabels' | 'sourceNamespace' | 'gateways'>;

function coversCaller(outer: CallerMatch, inner: CallerMatch): boolean {
  return (
    (!outer.port || outer.port === inner.port) &&
    (!outer.sourceNamespace || outer.sourceNamespace === inner.sourceNamespace) &&
    Object.entries(outer.sourceLabels ?? {}).every(([label, value]) => inner.sourceLabels?.[label] === value) &&
    isWithin(outer.gateways, inner.gateways, (a, b) => a === b)
  );
}

/** Whether each of the inner ones is taken in by an outer one; none at all stands for everything. */
function isWithin(outer: readonly string[] = [], inner: readonly string[] = [], takes: (outer: string, inner: string) => boolean): boolean {
  return outer.length === 0 || (inner.length > 0 && inner.every((one) => outer.some((other) => takes(other, one))));
}

function coversUri(outer: HTTPMatchRequest, inner: HTTPMatchRequest): boolean {
  if (outer.ignoreUriCase !== true) return (inner.ignoreUriCase !== true || isEmpty(outer.uri)) && coversText(outer.uri, inner.uri);
  return coversText(lowered(outer.uri), lowered(inner.uri));
}

/** A match without regard to case, which regular expressions have in any case. */
function lowered(match: StringMatch | undefined): StringMatch | undefined {
  if (match?.exact !== undefined) return { exact: match.exact.toLowerCase() };
  return match?.prefix === undefined ? match : { prefix: match.prefix.toLowerCase() };
}

function coversText(outer: StringMatch | undefined, inner: StringMatch | undefined): boolean {
  if (outer === undefined || isEmpty(outer)) return true;
  if (inner === undefined || isEmpty(inner)) return false;
  if (outer.regex) return inner.regex === outer.regex;
  if (inner.regex) return false;
  return outer.exact ? inner.exact === outer.exact : (inner.exact ?? inner.prefix ?? '').startsWith(outer.prefix ?? '');
}

function isEmpty(match: StringMatch | undefined): boolean {
  return !match?.exact && !match?.prefix && !match?.regex;
}
