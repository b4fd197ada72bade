/** Rows under headings, in columns as wide as their widest cell, two spaces apart. */
export function table(headings: readonly string[], rows: readonly (readonly string[])[]): string {
  const lines = [headings.map((heading) => heading.toUpperCase()), ...rows];
  const widths = headings.map((_, column) => Math.max(...lines.map((line) => (line[column] ?? '').length)));
  return lines.map((line) => line.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ').trimEnd()).join('\n');
}

/** How long ago `then` was, in its one or two largest units, as kubectl shows it: `5s`, `3m12s`, `4h`, `12d`. */
export function age(then: string, nowMs: number): string {
  const elapsed = Math.max(0, Math.floor((nowMs - Date.parse(then)) / 1000));
  if (Number.isNaN(elapsed)) return '';
  if (elapsed < 120) return `${elapsed}s`;
  const minutes = Math.floor(elapsed / 60);
  if (minutes < 10) return `${minutes}m${elapsed % 60 === 0 ? '' : `${elapsed % 60}s`}`;
  if (minutes < 180) return `${minutes}m`;
  const hours = Math.floor(minutes / 60);
  return hours < 48 ? `${hours}h` : `${Math.floor(hours / 24)}d`;
}
