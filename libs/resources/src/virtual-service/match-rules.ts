import { isDnsLabel } from '../validation/domain-name.ts';
import { checkHeaderName } from '../validation/header.ts';
import { checkLabels } from '../validation/metadata.ts';
import { eachEntry, type Place } from '../validation/place.ts';
import { checkStringMatch } from '../validation/string-match.ts';
import { checkGatewayNames } from './gateway-names.ts';
import type { HTTPMatchRequest } from './match.ts';

/** What requests a rule is for. */
export function checkHttpMatch(match: HTTPMatchRequest, at: Place): void {
  checkStringMatch(match.uri, at.at('uri'), { emptyPrefix: true });
  for (const field of ['scheme', 'method', 'authority'] as const) checkStringMatch(match[field], at.at(field));
  eachEntry(match.headers, at.at('headers'), (name, value, here) => {
    checkHeaderName(name, here);
    checkStringMatch(value, here);
  });
  eachEntry(match.withoutHeaders, at.at('withoutHeaders'), (name, value, here) => {
    checkHeaderName(name, here);
    // `*` is no RE2 expression, but Istio's way to say that the header is not there at all.
    if (value.regex !== '*') checkStringMatch(value, here);
  });
  eachEntry(match.queryParams, at.at('queryParams'), (_name, value, here) => checkStringMatch(value, here));
  checkSource(match, at);
}

interface Source {
  readonly sourceLabels?: Readonly<Record<string, string>>;
  readonly sourceNamespace?: string;
  readonly gateways?: readonly string[];
}

/** Which clients a rule is for, of whatever protocol. */
export function checkSource({ sourceLabels, sourceNamespace, gateways }: Source, at: Place): void {
  checkLabels(sourceLabels, at.at('sourceLabels'));
  checkGatewayNames(gateways, at.at('gateways'));
  if (sourceNamespace && !isDnsLabel(sourceNamespace)) at.at('sourceNamespace').refuse('is not a namespace', { found: sourceNamespace });
}
