/**
 * The resources that Envoy's reason for a refusal names: `Error adding/updating listener(s) a: ..., b: ...` and its like.
 *
 * @param exists whether a word is the name of a resource that the refusal can be about
 * @returns each name once, in the order of the text; none where Envoy names none
 */
export function namesIn(reason: string, exists: (name: string) => boolean): readonly string[] {
  const names = new Set<string>();
  for (const word of reason.split(/[\s,'"()]+/)) {
    const name = [word, word.replace(/[:.;]+$/, '')].find((each) => each !== '' && exists(each));
    if (name !== undefined) names.add(name);
  }
  return [...names];
}
