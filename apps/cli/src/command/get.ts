import type { Command } from 'commander';
import { FlotillaError } from '@flotilla/errors';
import type { Kind, MeshResource } from '@flotilla/resources';
import type { ConnectionFlags } from '../connection.ts';
import { columnValue } from '../column-value.ts';
import { kindsNamed, resourcePath } from '../kind-argument.ts';
import { render, type Format } from '../output.ts';
import { table } from '../table.ts';
import { connects, prints, type Context } from './context.ts';

interface Flags extends ConnectionFlags {
  readonly namespace: string;
  readonly allNamespaces?: boolean;
  readonly output: Format;
}

interface Listed {
  readonly kind: Kind;
  readonly items: readonly MeshResource[];
}

function tableOf({ kind, items }: Listed, everywhere: boolean, nowMs: number): string {
  const headings = [...(everywhere ? ['namespace'] : []), 'name', ...kind.columns.map(({ name }) => name)];
  const rows = items.map((item) => [
    ...(everywhere ? [item.metadata.namespace] : []),
    item.metadata.name,
    ...kind.columns.map((column) => columnValue(item, column, nowMs)),
  ]);
  return table(headings, rows);
}

/** `flotilla get KIND [NAME]`. */
export function addGet(program: Command, { terminal, api }: Context): void {
  const command = program
    .command('get')
    .summary('show resources')
    .description('Shows the resources of a kind, or of several (vs,dr).')
    .argument('<kind>', 'as virtualservice, virtualservices or vs')
    .argument('[name]')
    .option('-n, --namespace <name>', 'namespace to look in', 'default')
    .option('-A, --all-namespaces', 'look in all namespaces');
  prints(connects(command, 'galley')).action(async (kindArgument: string, name: string | undefined, flags: Flags) => {
    const everywhere = flags.allNamespaces === true;
    if (everywhere && name !== undefined) throw new FlotillaError('MALFORMED_REQUEST', 'A name is looked up in one namespace: leave out -A, or the name.');
    const galley = api('galley', flags);
    const listed: Listed[] = await Promise.all(
      kindsNamed(kindArgument).map(async (kind) => {
        const answer = await galley.call(resourcePath(kind, everywhere ? undefined : flags.namespace, name));
        return { kind, items: name === undefined ? (answer as { items: MeshResource[] }).items : [answer as MeshResource] };
      }),
    );
    const items = listed.flatMap((list) => list.items);
    if (flags.output !== 'table') {
      terminal.print(render(name !== undefined && items.length === 1 ? items[0] : { apiVersion: 'v1', kind: 'List', items }, flags.output));
    } else if (items.length === 0) {
      terminal.complain(`There are none${everywhere ? '' : ` in namespace ${flags.namespace}`}.`);
    } else {
      terminal.print(listed.filter((list) => list.items.length > 0).map((list) => tableOf(list, everywhere, terminal.now())).join('\n\n'));
    }
  });
}
