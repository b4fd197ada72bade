/** The one of the names that is likely meant: the same but for case and dashes, or a typo or two away. */
export function nearestName(found: unknown, names: readonly string[]): string | undefined {
  if (typeof found !== 'string' || found === '') return undefined;
  const plain = (name: string): string => name.toLowerCase().replaceAll(/[-_ ]/g, '');
  const same = names.find((name) => plain(name) === plain(found));
  if (same !== undefined) return same;
  const near = names.map((name) => ({ name, distance: editDistance(plain(found), plain(name)) })).sort((a, b) => a.distance - b.distance)[0];
  return near !== undefined && near.distance <= Math.min(2, Math.floor(near.name.length / 3)) ? near.name : undefined;
}

/** How many letters have to be put in, taken out or changed. */
function editDistance(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (let i = 1; i <= from.length; i++) {
    const next = [i];
    for (let j = 1; j <= to.length; j++) {
      const change = (row[j - 1] ?? 0) + (from[i - 1] === to[j - 1] ? 0 : 1);
      next.push(Math.min(change, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[to.length] ?? 0;
}
