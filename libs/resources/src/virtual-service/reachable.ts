import type { StringMatch } from '../schema/string-match.ts';
import { each, type Place } from '../validation/place.ts';

/** A rule of whatever protocol: its conditions are compared field by field. */
interface Rule {
  readonly match?: readonly object[];
}

/** Warns of rules and conditions that never come into play, as earlier ones match all they would. */
export function checkReachable(rules: readonly Rule[] | undefined, at: Place): void {
  const earlier: { readonly fields: Fields; readonly rule: number }[] = [];
  let catchAll: number | undefined;
  each(rules, at, (rule, here, index) => {
    if (catchAll !== undefined) {
      here.warn(`is never used: rule ${catchAll} matches everything`);
      return;
    }
    const before = earlier.length;
    each(rule.match, here.at('match'), (match, place) => {
      const fields = fieldsOf(match);
      const by = earlier.find((other) => covers(other.fields, fields));
      if (by === undefined) earlier.push({ fields, rule: index });
      else place.warn(`is never used: rule ${by.rule} matches all that it would`);
    });
    if (!rule.match?.length) catchAll = index;
    else if (earlier.length === before && earlier.some((other) => other.rule < index)) here.warn('is never used: earlier rules match all that it would');
  });
}

type Fields = ReadonlyMap<string, { readonly json: string; readonly value: unknown }>;

function fieldsOf(match: object): Fields {
  const fields = Object.entries(match).filter(([field]) => field !== 'name' && field !== 'statPrefix');
  return new Map(fields.map(([field, value]: [string, unknown]) => [field, { json: JSON.stringify(value), value }]));
}

/** Whether the first holds wherever the second does: all that it asks for, the second asks for too. */
function covers(wide: Fields, narrow: Fields): boolean {
  for (const [field, { json, value }] of wide) {
    const other = narrow.get(field);
    if (other === undefined) return false;
    if (other.json !== json && !(field === 'uri' && uriCovers(value as StringMatch, other.value as StringMatch))) return false;
  }
  return true;
}

function uriCovers({ prefix }: StringMatch, narrow: StringMatch): boolean {
  if (prefix === undefined) return false;
  const beginning = narrow.prefix ?? narrow.exact;
  return beginning?.startsWith(prefix) === true;
}
