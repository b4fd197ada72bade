import type { MeshResource } from '@flotilla/resources';

/** Where a resource comes from, if it is not simply the API: only that source changes it. */
export type Source =
  | { readonly kind: 'file'; readonly path: string }
  | { readonly kind: 'registration'; readonly spiffeId: string }
  | { readonly kind: 'kubernetes' };

/** Galley's own annotation; what a user writes there is ignored. */
const annotation = 'flotilla.dev/source';

/** The source that a stored resource names; undefined for one that came by the API. */
export function sourceOf(resource: MeshResource): Source | undefined {
  const text = resource.metadata.annotations?.[annotation];
  if (text?.startsWith('file:') === true) return { kind: 'file', path: text.slice('file:'.length) };
  if (text?.startsWith('registration:') === true) return { kind: 'registration', spiffeId: text.slice('registration:'.length) };
  return text === 'kubernetes' ? { kind: 'kubernetes' } : undefined;
}

/** The annotations a resource is stored with: its user's, and its source. */
export function withSource(annotations: Readonly<Record<string, string>> | undefined, source: Source | undefined): Record<string, string> {
  const own = Object.fromEntries(Object.entries(annotations ?? {}).filter(([name]) => name !== annotation));
  if (source === undefined) return own;
  return { ...own, [annotation]: textOf(source) };
}

function textOf(source: Source): string {
  switch (source.kind) {
    case 'file':
      return `file:${source.path}`;
    case 'registration':
      return `registration:${source.spiffeId}`;
    case 'kubernetes':
      return 'kubernetes';
  }
}

/** The source in words, for a message. */
export function describeSource(source: Source): string {
  switch (source.kind) {
    case 'file':
      return `the file ${source.path}`;
    case 'registration':
      return `the agent that registered it (${source.spiffeId})`;
    case 'kubernetes':
      return 'the Kubernetes cluster';
  }
}
