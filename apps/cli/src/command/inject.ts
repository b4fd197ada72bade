import type { Command } from 'commander';
import { injectDocuments } from '../offline/inject-documents.ts';
import { readInjection } from '../offline/read-injection.ts';
import { readDocuments } from '../read-documents.ts';
import { collect, type Context } from './context.ts';

interface Flags {
  readonly file: readonly string[];
  readonly options?: string;
  readonly proxyImage?: string;
}

/** `flotilla inject -f`: gives pods their proxies offline, as the webhook does when they are made. */
export function addInject(program: Command, { terminal }: Context): void {
  program
    .command('inject')
    .summary('give pods their proxies, without a mesh')
    .description('Prints the objects with a proxy in each pod that they make; all other objects as they are.')
    .requiredOption('-f, --file <path>', 'YAML file, folder, or - for standard input; can be repeated', collect)
    .option('--options <file>', "what injection is told, in the form of Galley's injection options")
    .option('--proxy-image <image>', 'the image of the proxy, over that of the options')
    .action(async (flags: Flags) => {
      const options = await readInjection(flags.options, terminal);
      const { text, skipped } = injectDocuments(await readDocuments(flags.file, terminal), { ...options, ...(flags.proxyImage === undefined ? {} : { proxyImage: flags.proxyImage }) });
      for (const line of skipped) terminal.complain(`not injected: ${line}`);
      terminal.print(text.trimEnd());
    });
}
