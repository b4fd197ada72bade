import { configOfProxy, explain, readEnvoyConfig, readProxy, readRequest } from '@flotilla/explain';
import { FlotillaError } from '@flotilla/errors';
import type { Command } from 'commander';
import { describeExplanation } from '../describe-explanation.ts';
import { offlineMesh, takesMesh, type OfflineFlags } from '../offline/offline-mesh.ts';
import { readOne } from '../offline/read-one.ts';
import { render, type Format } from '../output.ts';
import { prints, type Context } from './context.ts';

interface Flags extends OfflineFlags {
  readonly proxy: string;
  readonly requests: string;
  readonly output: Format;
}

/** `flotilla explain`: where requests land at a proxy, and why. */
export function addExplain(program: Command, { terminal }: Context): void {
  const command = program
    .command('explain')
    .summary('say where requests land, and why')
    .description('Says where requests land at a proxy, and why, from files alone: the listener, filter chain, virtual host, route, cluster and endpoints, what applies on the way, and what came close.')
    .requiredOption('--proxy <file>', 'the proxy: its type, ipAddresses, labels and metadata, or its node')
    .requiredOption('--requests <file>', 'a list of requests: url, or port, protocol, hostHeader and so on');
  prints(takesMesh(command)).action(async (flags: Flags) => {
    const { snapshot, complaints } = await offlineMesh(flags, terminal);
    for (const complaint of complaints) terminal.complain(`warning: ${complaint}`);
    const proxy = readProxy(await readOne(flags.proxy, terminal));
    const requests = requestsIn(await readOne(flags.requests, terminal));
    const config = readEnvoyConfig(configOfProxy(snapshot, proxy));
    const explanations = requests.map((document) => {
      const read = readRequest(document);
      if ('problems' in read) throw new FlotillaError('MALFORMED_REQUEST', 'A request cannot be understood:', { problems: read.problems });
      return explain(config, proxy, read.request);
    });
    terminal.print(flags.output === 'table' ? explanations.map((explanation) => describeExplanation(explanation)).join('\n\n') : render(explanations, flags.output));
  });
}

/** One request, a list of them, or either under `requests` or `calls`. */
function requestsIn(document: unknown): readonly unknown[] {
  if (Array.isArray(document)) return document as unknown[];
  const { requests, calls } = (document ?? {}) as { readonly requests?: unknown; readonly calls?: unknown };
  const listed = requests ?? calls;
  return Array.isArray(listed) ? (listed as unknown[]) : [document];
}
