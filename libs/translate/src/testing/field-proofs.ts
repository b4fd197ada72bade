import { fieldsSet, kindNamed, type MeshResource, type SetField } from '@flotilla/resources';
import type { EnvoyResource } from '../index.ts';
import { caseOf, readCase, resourcesOf, type CaseText } from './mesh-case.ts';
import { toldToAgents } from './told-to-agents.ts';

/** A golden input, and where it is. */
export interface ProofCase {
  /** Relative to the sources of this library. */
  readonly file: string;
  readonly input: string;
}

/**
 * Finds out which fields take effect: a field does if some case sets it, and without it the resource is
 * refused or an Envoy, or the agent that runs it, is told something else.
 *
 * @param name maps a field to the name it is known by
 * @param preferred the case to look at first for a field
 * @returns by kind and field, the file of a case that shows it
 */
export function provenFields(cases: readonly ProofCase[], name: (field: string) => string, preferred: (kind: string, field: string) => string | undefined): Map<string, Map<string, string>> {
  const proven = new Map<string, Map<string, string>>();
  for (const { file, input } of cases) {
    const read = readCase(input);
    const whole = fingerprint(read);
    for (const resource of read.resources) {
      const fields = proven.get(resource.kind) ?? new Map<string, string>();
      proven.set(resource.kind, fields);
      for (const set of fieldsSet(kindNamed(resource.kind)!.schema, resource)) {
        const field = name(set.field);
        const wanted = preferred(resource.kind, field);
        if (!field.startsWith('spec.') || (fields.has(field) && (file !== wanted || fields.get(field) === wanted))) continue;
        if (makesDifference(read, resource, set, whole)) fields.set(field, file);
      }
    }
  }
  return proven;
}

function makesDifference(read: CaseText, resource: MeshResource, { keys }: SetField, whole: string): boolean {
  const changed = without(resource, keys);
  if (kindNamed(resource.kind)!.validate(changed).some(({ severity }) => severity !== 'warning')) return true;
  return fingerprint({ ...read, resources: read.resources.map((other) => (other === resource ? changed : other)) }) !== whole;
}

function without(resource: MeshResource, keys: SetField['keys']): MeshResource {
  const copy = structuredClone(resource);
  const parent = keys.slice(0, -1).reduce<unknown>((value, key) => (value as Record<string | number, unknown>)[key], copy);
  Reflect.deleteProperty(parent as object, keys.at(-1)!);
  return copy;
}

function fingerprint(read: CaseText): string {
  const made = caseOf(read);
  return [...resourcesOf(made).map(({ name, bytes }: EnvoyResource) => `${name} ${Buffer.from(bytes).toString('latin1')}`), JSON.stringify(toldToAgents(made))].join('\n');
}
