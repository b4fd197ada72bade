import type { Command } from 'commander';
import { takesMesh, type OfflineFlags } from '../offline/offline-flags.ts';
import { readOne } from '../offline/read-one.ts';
import { render, type Format } from '../output.ts';
import { describeConfig } from '../proxy-config.ts';
import { prints, type Context } from './context.ts';

interface Flags extends OfflineFlags {
  readonly proxy: string;
  readonly output: Format;
}

/** `flotilla render`: what a proxy would be given, without a mesh. */
export function addRender(program: Command, { terminal }: Context): void {
  const command = program
    .command('render')
    .summary('show what a proxy would run, without a mesh')
    .description('Shows the listeners, routes, clusters and endpoints that a proxy would be given, from files alone.')
    .requiredOption('--proxy <file>', 'the proxy: its type, ipAddresses, labels and metadata, or its node');
  takesMesh(command).options.find(({ long }) => long === '--config')?.makeOptionMandatory();
  prints(command).action(async (flags: Flags) => {
    // Only here is the mesh itself needed; other commands start without it.
    const { renderOffline } = await import('../offline/render-offline.ts');
    const config = await renderOffline(flags, await readOne(flags.proxy, terminal), terminal);
    terminal.print(flags.output === 'table' ? describeConfig(config) : render(config, flags.output));
  });
}
