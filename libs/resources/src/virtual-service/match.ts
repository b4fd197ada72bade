import { Type, type Static } from 'typebox';
import { message } from '../schema/message.ts';
import { flag, portOrZero, text, textMap, texts } from '../schema/scalars.ts';
import { StringMatch } from '../schema/string-match.ts';

const stringMatches = Type.Record(Type.String(), StringMatch);

/** All that is given must hold; `uri` and the others left out hold for anything. */
export const HTTPMatchRequest = message(
  {},
  {
    name: text(),
    uri: StringMatch,
    scheme: StringMatch,
    method: StringMatch,
    authority: StringMatch,
    headers: stringMatches,
    port: portOrZero(),
    sourceLabels: textMap(),
    gateways: texts(),
    queryParams: stringMatches,
    ignoreUriCase: flag(),
    withoutHeaders: stringMatches,
    sourceNamespace: text(),
    statPrefix: text(),
  },
);
export type HTTPMatchRequest = Static<typeof HTTPMatchRequest>;

export const TLSMatchAttributes = message(
  { sniHosts: texts() },
  { destinationSubnets: texts(), port: portOrZero(), sourceLabels: textMap(), gateways: texts(), sourceNamespace: text() },
);
export type TLSMatchAttributes = Static<typeof TLSMatchAttributes>;

export const L4MatchAttributes = message(
  {},
  {
    destinationSubnets: texts(),
    port: portOrZero(),
    sourceSubnet: text(),
    sourceLabels: textMap(),
    gateways: texts(),
    sourceNamespace: text(),
  },
);
export type L4MatchAttributes = Static<typeof L4MatchAttributes>;
