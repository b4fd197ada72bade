import { LineCounter, parseAllDocuments } from 'yaml';

/** What a text holds at a place: a value, or a reason why there is none. */
export type PlacedValue = { readonly line: number } & ({ readonly value: unknown } | { readonly error: string });

/** The documents of a YAML or JSON text, those of lists one by one, each with the line on which it begins. */
export function* valuesIn(text: string): Generator<PlacedValue> {
  const lineCounter = new LineCounter();
  for (const document of parseAllDocuments(text, { lineCounter })) {
    const [error] = document.errors;
    if (error !== undefined) {
      yield { line: lineCounter.linePos(error.pos[0]).line, error: error.message.split('\n', 1)[0] ?? '' };
      continue;
    }
    const { line } = lineCounter.linePos(document.contents?.range[0] ?? 0);
    const value: unknown = document.toJS();
    if (value === null || value === undefined) continue;
    const { kind, items } = value as { readonly kind?: unknown; readonly items?: unknown };
    for (const one of kind === 'List' && Array.isArray(items) ? (items as unknown[]) : [value]) yield { line, value: one };
  }
}
