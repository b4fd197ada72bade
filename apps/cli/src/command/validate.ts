import type { Command } from 'commander';
import { readDocuments, readResources } from '../read-documents.ts';
import { collect, type Context } from './context.ts';

/** `flotilla validate -f`: the checks that need no mesh. */
export function addValidate(program: Command, { terminal }: Context): void {
  program
    .command('validate')
    .summary('check resources without a mesh')
    .description('Checks resources without a mesh and tells every problem, with its file and line. Exit code 1 when there is one.')
    .requiredOption('-f, --file <path>', 'YAML file, folder, or - for standard input; can be repeated', collect)
    .option('-n, --namespace <name>', 'namespace of resources that name none', 'default')
    .action(async (flags: { readonly file: readonly string[]; readonly namespace: string }) => {
      const { resources, warnings } = readResources(await readDocuments(flags.file, terminal), flags.namespace);
      for (const warning of warnings) terminal.complain(`warning: ${warning}`);
      terminal.print(`${resources.length} ${resources.length === 1 ? 'resource is' : 'resources are'} valid`);
    });
}
