import type { ValidationMessage } from '@flotilla/resources';
import { catalogue, type Code, type Level } from './catalogue.ts';

/** The resource, or object of Kubernetes, that a message is about. */
export interface Origin {
  readonly kind: string;
  /** Empty for objects that belong to no namespace. */
  readonly namespace: string;
  readonly name: string;
}

/** What a rule has to say of the resource that it looks at. */
export interface Finding {
  readonly code: Code;
  readonly text: string;
  /** The field it is about, as `spec.http[0].route[1].destination.host`. */
  readonly path?: string;
}

/** One thing that analysis says of one resource. */
export interface Message extends Finding {
  readonly origin: Origin;
  /** The rule that says it, by the name that Istio has for it. */
  readonly analyzer: string;
}

/** How bad it is: an Error breaks something, a Warning likely does, an Info is worth knowing. */
export function levelOf({ code }: Pick<Message, 'code'>): Level {
  return catalogue[code].level;
}

/** `VirtualService default/reviews`, `Namespace shop`. */
export function describeOrigin({ kind, namespace, name }: Origin): string {
  return `${kind} ${namespace === '' ? name : `${namespace}/${name}`}`;
}

/** Where a code is explained. */
export function documentationUrl(code: Code): string {
  return code.startsWith('IST') ? `https://istio.io/latest/docs/reference/config/analysis/${code.toLowerCase()}/` : `docs/analysis.md#${code.toLowerCase()}`;
}

const levels = { Error: 'ERROR', Warning: 'WARNING', Info: 'INFO' } as const;

/** What a resource's status says of a message. */
export function validationMessage(message: Pick<Message, 'code'>): ValidationMessage {
  const { code } = message;
  return { type: { name: catalogue[code].name, code }, level: levels[levelOf(message)], documentationUrl: documentationUrl(code) };
}
