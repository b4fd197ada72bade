import type { Command } from 'commander';
import manifest from '../../package.json' with { type: 'json' };
import type { Context } from './context.ts';

export const { version } = manifest;

/** `flotilla version`. */
export function addVersion(program: Command, { terminal }: Context): void {
  program
    .command('version')
    .summary('show the version')
    .action(() => terminal.print(`flotilla ${version}`));
}
