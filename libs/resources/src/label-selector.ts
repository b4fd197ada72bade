type Labels = Readonly<Record<string, string>>;

/** Whether a workload with these labels carries every one the selector asks for; no selector takes all. */
export function selectorMatches(selector: Labels | undefined, labels: Labels | undefined): boolean {
  if (selector === undefined) return true;
  for (const [name, value] of Object.entries(selector)) {
    if (labels?.[name] !== value) return false;
  }
  return true;
}
