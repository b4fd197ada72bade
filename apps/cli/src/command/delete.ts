import type { Command } from 'commander';
import { FlotillaError } from '@flotilla/errors';
import { kindNamed, type Kind, type MeshResource } from '@flotilla/resources';
import type { Api } from '../api.ts';
import type { ConnectionFlags } from '../connection.ts';
import { kindsNamed, resourcePath } from '../kind-argument.ts';
import { readDocuments, readResources } from '../read-documents.ts';
import { collect, connects, type Context } from './context.ts';

interface Flags extends ConnectionFlags {
  readonly file?: readonly string[];
  readonly namespace: string;
  readonly all?: boolean;
  readonly ignoreNotFound?: boolean;
}

interface Target {
  readonly kind: Kind;
  readonly namespace: string;
  readonly name: string;
}

function targetOf(resource: MeshResource): Target[] {
  const kind = kindNamed(resource.kind);
  return kind === undefined ? [] : [{ kind, namespace: resource.metadata.namespace, name: resource.metadata.name }];
}

async function everything(kinds: readonly Kind[], namespace: string, galley: Api): Promise<Target[]> {
  const lists = await Promise.all(kinds.map((kind) => galley.call(resourcePath(kind, namespace))));
  return lists.flatMap((list) => (list as { items: MeshResource[] }).items.flatMap(targetOf));
}

/** `flotilla delete KIND NAME...`, `delete KIND --all` or `delete -f`. */
export function addDelete(program: Command, { terminal, api }: Context): void {
  const command = program
    .command('delete')
    .summary('take resources out of the mesh')
    .description('Takes resources out of the mesh: by kind and name, all of a kind, or those that files describe.')
    .argument('[kind]', 'as virtualservice, virtualservices or vs')
    .argument('[name...]')
    .option('-f, --file <path>', 'YAML file, folder, or - for standard input; can be repeated', collect)
    .option('-n, --namespace <name>', 'namespace of the resources', 'default')
    .option('--all', 'all of the kind in the namespace')
    .option('--ignore-not-found', 'what is not there counts as deleted');
  connects(command, 'galley').action(async (kindArgument: string | undefined, names: readonly string[], flags: Flags) => {
    const galley = api('galley', flags);
    const ways = [flags.file !== undefined, flags.all === true, names.length > 0].filter(Boolean).length;
    if (ways !== 1 || (kindArgument === undefined) !== (flags.file !== undefined)) {
      throw new FlotillaError('MALFORMED_REQUEST', 'Say what to delete in one way: KIND NAME, KIND --all, or -f FILE.');
    }
    const { namespace } = flags;
    const kinds = kindArgument === undefined ? [] : kindsNamed(kindArgument);
    const targets =
      flags.file !== undefined ? readResources(await readDocuments(flags.file, terminal), namespace).resources.flatMap(targetOf)
      : flags.all === true ? await everything(kinds, namespace, galley)
      : kinds.flatMap((kind) => names.map((name) => ({ kind, namespace, name })));
    const missing: Target[] = [];
    for (const target of targets) {
      try {
        await galley.call(resourcePath(target.kind, target.namespace, target.name), { method: 'DELETE' });
        terminal.print(`${target.kind.kind}/${target.namespace}/${target.name} deleted`);
      } catch (error) {
        if (!(error instanceof FlotillaError) || error.code !== 'NOT_FOUND') throw error;
        missing.push(target);
      }
    }
    if (missing.length > 0 && flags.ignoreNotFound !== true) {
      throw new FlotillaError('NOT_FOUND', `Not there: ${missing.map(({ kind, namespace: space, name }) => `${kind.kind}/${space}/${name}`).join(', ')}`);
    }
  });
}
