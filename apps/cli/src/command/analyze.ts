import { analyze, createView, levels, rules, type Level, type Message } from '@flotilla/analysis';
import { Option, type Command } from 'commander';
import { resourceKey } from '@flotilla/resources';
import { isAtLeast, messageLine, shownMessage, type ShownMessage } from '../analysis/shown-message.ts';
import { meshSources, readSources, type Sources } from '../analysis/sources.ts';
import { suppression } from '../analysis/suppression.ts';
import type { ConnectionFlags } from '../connection.ts';
import { exitCode } from '../exit-code.ts';
import { render } from '../output.ts';
import { collect, connects, type Context } from './context.ts';

interface Flags extends ConnectionFlags {
  readonly useMesh?: boolean;
  readonly namespace?: string;
  readonly allNamespaces?: boolean;
  readonly meshConfig?: string;
  readonly meshNetworks?: string;
  readonly output: 'log' | 'json' | 'yaml';
  readonly outputThreshold: Level;
  readonly failureThreshold: Level;
  readonly suppress?: readonly string[];
  readonly analyzer?: readonly string[];
  readonly listAnalyzers?: boolean;
}

const examples = `
Examples:
  flotilla analyze rules.yaml services/          what is in files, and nothing else
  flotilla analyze                               the running mesh
  flotilla analyze --use-mesh rules.yaml         the running mesh as it would be with the files
  flotilla analyze -S "IST0102=Namespace shop-*" rules/

Exit code 79 when something is as bad as --failure-threshold.`;

/** `flotilla analyze`: what is wrong with resources as they stand together, in files or in the running mesh. */
export function addAnalyze(program: Command, { terminal, api, exitWith }: Context): void {
  const level = (flags: string, description: string, fallback: Level): Option => new Option(flags, description).choices(levels).default(fallback);
  const command = program
    .command('analyze')
    .summary('find what is wrong with resources as they stand together')
    .description("Holds resources, and Kubernetes' objects beside them, against Istio's analysis messages (docs/analysis.md).")
    .argument('[path...]', 'YAML files, folders, or - for standard input')
    .option('--use-mesh', 'take what is in the running mesh too; of one name what is in files counts')
    .option('-n, --namespace <name>', 'tell of this namespace only; resources that name none are taken to be in it')
    .option('-A, --all-namespaces', 'tell of all namespaces, which is so without -n')
    .option('--mesh-config <file>', "Istio's MeshConfig")
    .option('--mesh-networks <file>', "Istio's MeshNetworks")
    .addOption(new Option('-o, --output <format>', 'how to print').choices(['log', 'json', 'yaml']).default('log'))
    .addOption(level('--output-threshold <level>', 'tell of what is as bad, or worse', 'Info'))
    .addOption(level('--failure-threshold <level>', 'fail for what is as bad, or worse', 'Error'))
    .option('-S, --suppress <code=resource>', 'do not tell this of resources, as "IST0101=VirtualService shop/*"; can be repeated', collect)
    .option('--analyzer <name>', 'hold against this one alone; can be repeated', collect)
    .option('-L, --list-analyzers', 'list what there is to hold against')
    .addHelpText('after', examples);
  connects(command, 'galley').action(async (paths: readonly string[], flags: Flags) => {
    if (flags.listAnalyzers === true) {
      terminal.print([...new Set(rules.map(({ analyzer }) => analyzer))].sort().join('\n'));
      return;
    }
    const { namespace = 'default', meshConfig, meshNetworks } = flags;
    const isSuppressed = suppression(flags.suppress ?? []);
    const live = flags.useMesh === true || paths.length === 0;
    const written = await readSources({ paths, namespace, intoMesh: live, ...(meshConfig === undefined ? {} : { meshConfig }), ...(meshNetworks === undefined ? {} : { meshNetworks }) }, terminal);
    for (const complaint of written.complaints) terminal.complain(`error: ${complaint}`);
    const mesh = live ? await meshSources(api('galley', flags)) : undefined;
    const sources = mesh === undefined ? written : { ...written, resources: [...mesh.resources, ...written.resources], objects: [...mesh.objects, ...written.objects] };
    const only = flags.allNamespaces === true ? undefined : flags.namespace;
    const shown = found(sources, mesh?.knows, flags.analyzer)
      .filter(({ origin }) => only === undefined || origin.namespace === '' || origin.namespace === only)
      .map((message) => shownMessage(message, written.places, namespace))
      .filter((message) => isAtLeast(message.level, flags.outputThreshold) && !isSuppressed(message))
      .sort((a, b) => levels.indexOf(b.level) - levels.indexOf(a.level));
    terminal.print(flags.output === 'log' ? [...shown.map(messageLine), summary(shown)].join('\n') : render(shown, flags.output));
    if (written.complaints.length > 0) exitWith(exitCode.mistake);
    if (shown.some((message) => isAtLeast(message.level, flags.failureThreshold))) exitWith(exitCode.analysisFindings);
  });
}

/**
 * Everything that is found; of two resources with one name the later counts.
 *
 * @param knows the kinds of a cluster's objects that are known; all when absent, for files have all there is
 */
function found({ resources, objects, messages }: Sources, knows: ReadonlySet<string> | undefined, analyzers: readonly string[] | undefined): Message[] {
  const wanted = ({ analyzer }: Pick<Message, 'analyzer'>): boolean => analyzers?.includes(analyzer) ?? true;
  const latest = new Map(resources.map((resource) => [resourceKey(resource), resource]));
  const view = createView([...latest.values()], objects);
  return [...messages.filter(wanted), ...[...analyze(view, { ...(knows === undefined ? {} : { knows }), by: rules.filter(wanted) })].flat()];
}

function summary(shown: readonly ShownMessage[]): string {
  if (shown.length === 0) return 'Nothing is wrong as far as analysis can tell.';
  const counts = [...levels].reverse().map((level) => [shown.filter((message) => message.level === level).length, level.toLowerCase()] as const);
  return counts.flatMap(([count, name]) => (count === 0 ? [] : [`${count} ${name}${count === 1 || name === 'info' ? '' : 's'}`])).join(', ');
}
