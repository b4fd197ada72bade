import type { Command } from 'commander';
import { setTimeout } from 'node:timers/promises';
import { FlotillaError, messageOf } from '@flotilla/errors';
import { durationMs, toYaml } from '@flotilla/resources';
import { messagesOf, type StoreRevisions } from '../analysis/messages-of.ts';
import type { Api } from '../api.ts';
import { readDocuments, readResources } from '../read-documents.ts';
import type { ConnectionFlags } from '../connection.ts';
import { exitCode } from '../exit-code.ts';
import { waitForProxies } from '../wait-for-proxies.ts';
import { collect, connects, type Context } from './context.ts';

interface Flags extends ConnectionFlags {
  readonly file: readonly string[];
  readonly namespace: string;
  readonly dryRun?: boolean;
  readonly wait?: boolean;
  readonly timeout: string;
}

/** What Galley answers to an apply. */
interface Applied {
  readonly revision?: number;
  readonly revisions: StoreRevisions;
  readonly results: readonly { readonly ref: string; readonly change: string }[];
}

/** `flotilla apply -f`: everything named goes in as one revision, or nothing does. */
export function addApply(program: Command, { terminal, api, exitWith }: Context): void {
  const command = program
    .command('apply')
    .summary('put resources into the mesh')
    .description('Puts resources into the mesh: all of them as one revision, or none when anything is wrong with one.')
    .requiredOption('-f, --file <path>', 'YAML file, folder, or - for standard input; can be repeated', collect)
    .option('-n, --namespace <name>', 'namespace of resources that name none', 'default')
    .option('--dry-run', 'let the control plane check everything, and change nothing')
    .option('--wait', 'wait until the proxies run it; exit code 2 when one refuses it, or the time is over')
    .option('--timeout <duration>', 'how long to wait', '60s')
    .addHelpText('after', '\nExamples:\n  flotilla apply -f examples/bookinfo/virtual-service-all-v1.yaml\n  flotilla apply --wait -f rules.yaml\n  flotilla apply -f rules/ --dry-run\n  cat rules.yaml | flotilla apply -f -');
  connects(command, 'galley').action(async (flags: Flags) => {
    const timeoutMs = timeoutOf(flags);
    const { resources, warnings } = readResources(await readDocuments(flags.file, terminal), flags.namespace);
    for (const warning of warnings) terminal.complain(`warning: ${warning}`);
    const body = resources.map(toYaml).join('---\n');
    const dryRun = flags.dryRun === true;
    const galley = api('galley', flags);
    const applied = (await galley.call(`/v1/apply${dryRun ? '?dryRun=All' : ''}`, { method: 'POST', body })) as Applied;
    for (const { ref, change } of applied.results) terminal.print(`${ref} ${change}${dryRun ? ' (dry run)' : ''}`);
    if (dryRun) return;
    if (applied.revision !== undefined) {
      terminal.print(`revision ${applied.revision}`);
      await tellFindings(galley, applied.results.map(({ ref }) => ref), applied.revisions);
    }
    if (flags.wait !== true) return;
    for (const { ref } of applied.results) {
      const { propagated } = await waitForProxies(galley, ref, { timeoutMs, now: terminal.now, pause: setTimeout });
      const line = `${ref} ${propagated?.message ?? 'has no status'}`;
      if (propagated?.status === 'True') terminal.print(line);
      else {
        terminal.complain(line);
        exitWith(exitCode.badState);
      }
    }
  });

  /** What has been applied is in force whether or not analysis can be asked about it. */
  async function tellFindings(galley: Api, refs: readonly string[], revisions: StoreRevisions): Promise<void> {
    const lines = await messagesOf(galley, refs, revisions).catch((error: unknown) => [`What analysis says of it could not be asked: ${messageOf(error)}`]);
    for (const line of lines) terminal.complain(line);
  }
}

function timeoutOf({ timeout }: Flags): number {
  try {
    return durationMs(timeout);
  } catch (error) {
    throw new FlotillaError('MALFORMED_REQUEST', `--timeout ${messageOf(error)}`, { cause: error });
  }
}
