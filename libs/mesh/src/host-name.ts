/** Whether the host stands for many: `*` or `*.example.com`. */
export function isWildcard(host: string): boolean {
  return host.startsWith('*');
}

/** Whether `host`, itself a name or a wildcard, lies within `pattern`. */
export function hostMatches(pattern: string, host: string): boolean {
  return pattern === host || (isWildcard(pattern) && host.endsWith(pattern.slice(1)) && host.length >= pattern.length);
}

/** The names under which rules for a host can be found, the most specific first: itself, `*.b.c`, `*.c`, `*`. */
export function* hostPatterns(host: string): Generator<string> {
  yield host;
  if (host === '*') return;
  for (let dot = host.indexOf('.', isWildcard(host) ? 2 : 0); dot !== -1; dot = host.indexOf('.', dot + 1)) yield `*${host.slice(dot)}`;
  yield '*';
}
