import type { Command } from 'commander';
import { toYaml } from '@flotilla/resources';
import { readDocuments, readResources } from '../read-documents.ts';
import type { ConnectionFlags } from '../connection.ts';
import { collect, connects, type Context } from './context.ts';

interface Flags extends ConnectionFlags {
  readonly file: readonly string[];
  readonly namespace: string;
  readonly dryRun?: boolean;
}

/** What Galley answers to an apply. */
interface Applied {
  readonly revision?: number;
  readonly results: readonly { readonly ref: string; readonly change: string }[];
}

/** `flotilla apply -f`: everything named goes in as one revision, or nothing does. */
export function addApply(program: Command, { terminal, api }: Context): void {
  const command = program
    .command('apply')
    .summary('put resources into the mesh')
    .description('Puts resources into the mesh: all of them as one revision, or none when anything is wrong with one.')
    .requiredOption('-f, --file <path>', 'YAML file, folder, or - for standard input; can be repeated', collect)
    .option('-n, --namespace <name>', 'namespace of resources that name none', 'default')
    .option('--dry-run', 'let the control plane check everything, and change nothing')
    .addHelpText('after', '\nExamples:\n  flotilla apply -f examples/bookinfo/virtual-service-all-v1.yaml\n  flotilla apply -f rules/ --dry-run\n  cat rules.yaml | flotilla apply -f -');
  connects(command, 'galley').action(async (flags: Flags) => {
    const { resources, warnings } = readResources(await readDocuments(flags.file, terminal), flags.namespace);
    for (const warning of warnings) terminal.complain(`warning: ${warning}`);
    const body = resources.map(toYaml).join('---\n');
    const dryRun = flags.dryRun === true;
    const applied = (await api('galley', flags).call(`/v1/apply${dryRun ? '?dryRun=All' : ''}`, { method: 'POST', body })) as Applied;
    for (const { ref, change } of applied.results) terminal.print(`${ref} ${change}${dryRun ? ' (dry run)' : ''}`);
    if (applied.revision !== undefined && !dryRun) terminal.print(`revision ${applied.revision}`);
  });
}
