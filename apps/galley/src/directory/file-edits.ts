import type { StateView } from '../state/mesh-state.ts';
import { fileOf } from '../state/resources-by-file.ts';
import type { Edit } from '../write/edit.ts';
import type { ConfigFiles } from './config-files.ts';

/** An edit that a file asks for. */
export interface FileEdit {
  readonly key: string;
  readonly file: string;
  readonly edit: Edit;
}

/**
 * The edits that bring a state to what the files say. What a file that is now bad defined before is left as it is.
 *
 * @param changed only what these files define or defined; everything when absent
 */
export function* editsFor(files: ConfigFiles, state: StateView, changed?: ReadonlySet<string>): Iterable<FileEdit> {
  const concerned = changed ?? new Set([...files.names(), ...state.files()]);
  const keys = new Set<string>();
  for (const file of concerned) {
    for (const key of files.keysOf(file)) keys.add(key);
    for (const key of state.keysOfFile(file)) keys.add(key);
  }
  for (const key of keys) {
    const definition = files.definitionOf(key);
    const owner = fileOf(state.get(key));
    if (definition !== undefined) {
      const { file, resource } = definition;
      // A duplicate does not step in for a file that went bad, only when it was itself saved.
      if (owner !== undefined && owner !== file && files.isBad(owner) && changed?.has(file) !== true) continue;
      yield { key, file, edit: { action: 'put', resource, source: { kind: 'file', path: file } } };
    } else if (owner !== undefined && !files.isBad(owner)) {
      yield { key, file: owner, edit: { action: 'remove', key, ifPresent: true } };
    }
  }
}
