import type { Command } from 'commander';
import { kinds, resourceKey, type MeshResource } from '@flotilla/resources';
import type { ConnectionFlags } from '../connection.ts';
import { exitCode } from '../exit-code.ts';
import { kindsNamed, resourcePath } from '../kind-argument.ts';
import { render, type Format } from '../output.ts';
import { isBad, stateOf } from '../resource-state.ts';
import { table } from '../table.ts';
import { connects, prints, type Context } from './context.ts';

interface Flags extends ConnectionFlags {
  readonly namespace?: string;
  readonly output: Format;
}

function row(resource: MeshResource): string[] {
  const { accepted, propagated, findings } = stateOf(resource);
  return [resourceKey(resource), accepted?.status ?? '', propagated?.status ?? '', propagated?.message ?? '', findings.join(' ')];
}

/** `flotilla status`: how each resource is, and whether the proxies run it. */
export function addStatus(program: Command, { terminal, api, exitWith }: Context): void {
  const command = program
    .command('status')
    .summary('show whether resources are in force, and at how many proxies')
    .description('Shows of each resource whether it is accepted, how many of the proxies that it concerns run it, and what analysis finds. Exit code 2 when one is not accepted, or refused by a proxy.')
    .argument('[kinds]', 'as virtualservice or vs,dr; all but workload entries when absent')
    .option('-n, --namespace <name>', 'namespace to look in; all when absent')
    .addHelpText('after', '\nExamples:\n  flotilla status\n  flotilla status vs,dr -n shop');
  prints(connects(command, 'galley')).action(async (wanted: string | undefined, flags: Flags) => {
    const galley = api('galley', flags);
    const asked = wanted === undefined ? kinds.filter(({ kind }) => kind !== 'WorkloadEntry') : kindsNamed(wanted);
    const lists = (await Promise.all(asked.map((kind) => galley.call(resourcePath(kind, flags.namespace))))) as { readonly items: readonly MeshResource[] }[];
    const items = lists.flatMap(({ items }) => items);
    if (flags.output !== 'table') terminal.print(render(items.map((resource) => ({ ref: resourceKey(resource), status: resource.status })), flags.output));
    else if (items.length === 0) terminal.complain('There are none.');
    else {
      terminal.print(table(['resource', 'accepted', 'propagated', 'proxies', 'findings'], items.map(row)));
      for (const resource of items) {
        const { accepted } = stateOf(resource);
        if (accepted?.status === 'False') terminal.print(`\n${resourceKey(resource)}: ${accepted.message ?? ''}`);
      }
    }
    if (items.some((resource) => isBad(stateOf(resource)))) exitWith(exitCode.badState);
  });
}
