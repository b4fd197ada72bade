import { textOf, type Quantity } from './quantity.ts';

/** What a run found: rows by heading, the same headings in each. */
export interface Table {
  readonly title: string;
  readonly rows: readonly Readonly<Record<string, string | Quantity>>[];
}

/** A table as Markdown. */
export function markdown({ title, rows }: Table): string {
  const head = Object.keys(rows[0] ?? {});
  const lines = rows.map((row) => head.map((name) => cell(row[name])));
  return [`**${title}**`, '', ...[head, head.map(() => '---'), ...lines].map((cells) => `| ${cells.join(' | ')} |`)].join('\n');
}

const cell = (value: string | Quantity | undefined): string => (typeof value === 'object' ? textOf(value) : (value ?? ''));
