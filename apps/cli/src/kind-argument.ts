import { FlotillaError } from '@flotilla/errors';
import { apiVersionsOf, kinds, type Kind } from '@flotilla/resources';

/**
 * The kinds that an argument as `vs`, `virtualservices` or `vs,dr` names.
 * @throws FlotillaError MALFORMED_REQUEST with the names there are
 */
export function kindsNamed(argument: string): Kind[] {
  return argument.split(',').map((name) => {
    const wanted = name.toLowerCase();
    const kind = kinds.find(({ plural, singular, shortNames }) => [plural, singular, ...shortNames].includes(wanted));
    if (kind === undefined) {
      const known = kinds.map(({ singular, shortNames }) => [singular, ...shortNames].join(' or '));
      throw new FlotillaError('MALFORMED_REQUEST', `There is no kind "${name}"; there are ${known.join(', ')}.`);
    }
    return kind;
  });
}

/** The path of a kind's resources in Galley's API: one, all of a namespace, or all there are. */
export function resourcePath(kind: Kind, namespace?: string, name?: string): string {
  const scope = namespace === undefined ? '' : `/namespaces/${encodeURIComponent(namespace)}`;
  return `/apis/${apiVersionsOf(kind)[0] ?? ''}${scope}/${kind.plural}${name === undefined ? '' : `/${encodeURIComponent(name)}`}`;
}
