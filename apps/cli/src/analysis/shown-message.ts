import { catalogue, describeOrigin, documentationUrl, levelOf, levels, type Level, type Message } from '@flotilla/analysis';
import { placeKey } from './sources.ts';

/** A message as istioctl has it, and where in the resource it is about. */
export interface ShownMessage {
  readonly code: string;
  readonly documentationUrl: string;
  readonly level: Level;
  readonly message: string;
  readonly origin: string;
  /** `file:line` */
  readonly reference?: string;
  readonly path?: string;
  readonly name: string;
  readonly analyzer: string;
}

/** @param places where documents begin, as `file:line` */
export function shownMessage({ code, text, path, origin, analyzer }: Message, places: ReadonlyMap<string, string>, defaultNamespace: string): ShownMessage {
  const reference = places.get(placeKey(origin.kind, origin.namespace === '' ? defaultNamespace : origin.namespace, origin.name));
  return {
    code,
    documentationUrl: documentationUrl(code),
    level: levelOf({ code }),
    message: text,
    origin: describeOrigin(origin),
    ...(reference === undefined ? {} : { reference }),
    ...(path === undefined ? {} : { path }),
    name: catalogue[code].name,
    analyzer,
  };
}

/** A line for people: `Error [IST0101] (VirtualService default/reviews rules.yaml:3) The host "x" is not found. at spec.http[0]` */
export function messageLine({ level, code, origin, reference, message, path }: Omit<ShownMessage, 'documentationUrl'>): string {
  return `${level} [${code}] (${[origin, reference].filter((part) => part !== undefined).join(' ')}) ${message}${path === undefined ? '' : ` (${path})`}`;
}

/** Whether a level is as bad as another, or worse. */
export function isAtLeast(level: Level, threshold: Level): boolean {
  return levels.indexOf(level) >= levels.indexOf(threshold);
}
