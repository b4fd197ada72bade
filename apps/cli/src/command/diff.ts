import type { FieldChange } from '@flotilla/explain';
import type { Command } from 'commander';
import type { ConnectionFlags } from '../connection.ts';
import { render, type Format } from '../output.ts';
import { partsOf } from '../proxy.ts';
import { readDocuments, readResources } from '../read-documents.ts';
import { collect, connects, prints, type Context } from './context.ts';

interface Flags extends ConnectionFlags {
  readonly file: readonly string[];
  readonly namespace: string;
  readonly output: Format;
}

interface Difference {
  readonly change: string;
  readonly fields: readonly FieldChange[];
}

/** What Pilot says an apply would change. */
interface Diff {
  readonly resources: readonly ({ readonly ref: string } & Difference)[];
  readonly scopes: readonly { readonly proxies: readonly string[]; readonly resources: readonly ({ readonly typeUrl: string; readonly name: string } & Difference)[] }[];
}

/** `flotilla diff -f`: what an apply would change, before anybody makes it. */
export function addDiff(program: Command, { terminal, api }: Context): void {
  const command = program
    .command('diff')
    .summary('show what an apply would change')
    .description('Shows what an apply would change, in resources and in the configuration of the proxies it touches. Nothing is changed.')
    .requiredOption('-f, --file <path>', 'YAML file, folder, or - for standard input; can be repeated', collect)
    .option('-n, --namespace <name>', 'namespace of resources that name none', 'default')
    .addHelpText('after', '\nExample:\n  flotilla diff -f examples/bookinfo/virtual-service-all-v1.yaml');
  prints(connects(command, 'pilot')).action(async (flags: Flags) => {
    const { resources, warnings } = readResources(await readDocuments(flags.file, terminal), flags.namespace);
    for (const warning of warnings) terminal.complain(`warning: ${warning}`);
    const diff = (await api('pilot', flags).call('/v1/diff', { method: 'POST', body: JSON.stringify({ resources }), contentType: 'application/json' })) as Diff;
    terminal.print(flags.output === 'table' ? describeDiff(diff) : render(diff, flags.output));
  });
}

function describeDiff({ resources, scopes }: Diff): string {
  const parts = [
    resources.flatMap(({ ref, ...difference }) => described(ref, difference)).join('\n'),
    ...scopes.map((scope) => [scope.proxies.map((id) => partsOf(id).name).join(', '), ...scope.resources.flatMap(({ typeUrl, name, ...difference }) => described(`${typeUrl.split('.').at(-1) ?? ''} ${name}`, difference).map((line) => `  ${line}`))].join('\n')),
  ];
  return `${parts.join('\n\n')}${scopes.length === 0 ? '\n\nNo connected proxy would notice.' : ''}`;
}

function described(name: string, { change, fields }: Difference): string[] {
  return [`${name} ${change}`, ...fields.flatMap(({ path, before, after }) => [...(before === undefined ? [] : [`  - ${path}: ${JSON.stringify(before)}`]), ...(after === undefined ? [] : [`  + ${path}: ${JSON.stringify(after)}`])])];
}
