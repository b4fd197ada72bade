import { FlotillaError } from '@flotilla/errors';
import type { Explanation } from '@flotilla/explain';
import type { Command } from 'commander';
import type { ConnectionFlags } from '../connection.ts';
import { describeExplanation } from '../describe-explanation.ts';
import { takesMesh, type OfflineFlags } from '../offline/offline-flags.ts';
import { readOne } from '../offline/read-one.ts';
import { render, type Format } from '../output.ts';
import { collect, connects, prints, type Context } from './context.ts';

interface Flags extends Partial<OfflineFlags>, ConnectionFlags {
  readonly proxy?: string;
  readonly requests?: string;
  readonly method?: string;
  readonly header?: readonly string[];
  readonly output: Format;
}

const examples = `
Examples:
  flotilla explain productpage-v1 http://reviews:9080/ -H 'end-user: jason'
  flotilla explain --config rules/ --proxy proxy.yaml --requests requests.yaml -o json`;

/** `flotilla explain`: where requests land at a proxy, and why; of a running mesh, or from files alone. */
export function addExplain(program: Command, { terminal, api }: Context): void {
  const command = program
    .command('explain')
    .summary('say where requests land, and why')
    .description('Says where requests land at a proxy, and why: the listener, filter chain, virtual host, route, cluster and endpoints, what applies on the way, and what came close. Of a proxy of the running mesh; with --config from files alone.')
    .argument('[proxy]', 'a connected proxy: its workload, workload.namespace, or node id')
    .argument('[url]', 'what it is asked for')
    .option('-X, --method <method>', "the request's method")
    .option('-H, --header <header>', 'a header of the request, as in "end-user: jason"; can be repeated', collect)
    .option('--requests <file>', 'a list of requests: url, or port, protocol, hostHeader and so on')
    .option('--proxy <file>', 'a proxy that need not exist: its type, ipAddresses, labels and metadata, or its node')
    .addHelpText('after', examples);
  prints(connects(takesMesh(command), 'pilot')).action(async (proxy: string | undefined, url: string | undefined, flags: Flags) => {
    const requests = await requestsOf(url ?? (flags.proxy === undefined ? undefined : proxy), flags, terminal);
    const explanations = await explained(proxy, requests, flags);
    terminal.print(flags.output === 'table' ? explanations.map((explanation) => describeExplanation(explanation)).join('\n\n') : render(explanations, flags.output));
  });

  async function explained(name: string | undefined, requests: readonly unknown[], flags: Flags): Promise<readonly Explanation[]> {
    const described = flags.proxy === undefined ? undefined : await readOne(flags.proxy, terminal);
    const { config } = flags;
    if (config !== undefined) {
      if (described === undefined) throw new FlotillaError('MALFORMED_REQUEST', 'Without a mesh there is no proxy but the one that --proxy describes.');
      // Only here is the mesh itself needed; other commands start without it.
      const { explainOffline } = await import('../offline/explain-offline.ts');
      return explainOffline({ ...flags, config, namespace: flags.namespace ?? 'default' }, described, requests, terminal);
    }
    if (described === undefined && name === undefined) throw new FlotillaError('MALFORMED_REQUEST', 'Say which proxy: a connected one by its name, or --proxy FILE.');
    const proxy = described ?? name;
    const answer = (await api('pilot', flags).call('/v1/explain', { method: 'POST', body: JSON.stringify({ proxy, requests }), contentType: 'application/json' })) as { readonly items: readonly Explanation[] };
    return answer.items;
  }
}

/** The request of the command line, or those of a file: one, a list of them, or either under `requests` or `calls`. */
async function requestsOf(url: string | undefined, { requests, method, header = [] }: Flags, terminal: Context['terminal']): Promise<readonly unknown[]> {
  if (requests === undefined) {
    if (url === undefined) throw new FlotillaError('MALFORMED_REQUEST', 'Say what is asked for: a URL, or --requests FILE.');
    const headers = Object.fromEntries(header.map((line) => [line.split(':', 1)[0] ?? '', line.slice(line.indexOf(':') + 1).trim()]));
    return [{ url, headers, ...(method === undefined ? {} : { method }) }];
  }
  const document = await readOne(requests, terminal);
  if (Array.isArray(document)) return document as unknown[];
  const listed = (document ?? {}) as { readonly requests?: unknown; readonly calls?: unknown };
  const list = listed.requests ?? listed.calls;
  return Array.isArray(list) ? (list as unknown[]) : [document];
}
