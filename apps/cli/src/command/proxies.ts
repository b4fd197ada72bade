import type { Command } from 'commander';
import type { ConnectionFlags } from '../connection.ts';
import { exitCode } from '../exit-code.ts';
import { render, type Format } from '../output.ts';
import { listProxies, partsOf, type ProxyStatus, type Revision, type SyncState } from '../proxy.ts';
import { table } from '../table.ts';
import { connects, prints, type Context } from './context.ts';

/** The types of each column; virtual hosts are routes, whether they come by themselves or not. */
const columns = {
  clusters: ['cluster.v3.Cluster'],
  endpoints: ['endpoint.v3.ClusterLoadAssignment'],
  listeners: ['listener.v3.Listener'],
  routes: ['route.v3.RouteConfiguration', 'route.v3.VirtualHost'],
};

/** The first that one of a column's types is in is shown. */
const worstFirst: readonly SyncState[] = ['NACKED', 'STALE', 'NOT_SENT', 'SYNCED'];

/** Configuration and endpoints, as `12/30`. */
function revisionText({ config, endpoints }: Revision): string {
  return `${config}/${endpoints}`;
}

function row({ id, state, answeredRevision, userAgent, types }: ProxyStatus): string[] {
  const { name, kind, address } = partsOf(id);
  const states = Object.values(columns).map((names) => {
    const inColumn = types.filter(({ typeUrl }) => names.includes(typeUrl.replace('type.googleapis.com/envoy.config.', '')));
    return worstFirst.find((each) => inColumn.some((type) => type.state === each)) ?? '-';
  });
  return [name, kind, address, state, ...states, revisionText(answeredRevision), userAgent];
}

function refusalsOf({ id, types }: ProxyStatus): string[] {
  return types.flatMap(({ refusals }) =>
    refusals.map(({ reason, names, revision }) => `${partsOf(id).name} refused ${names.length === 0 ? 'an update' : names.join(', ')} (revision ${revisionText(revision)}): ${reason}`),
  );
}

function waitingOf({ id, warming }: ProxyStatus): string[] {
  return warming.length === 0 ? [] : [`${partsOf(id).name} waits for the endpoints of ${warming.join(', ')}`];
}

/** `flotilla proxies`: who is connected, and how far each is with what it was sent. */
export function addProxies(program: Command, { terminal, api, exitWith }: Context): void {
  const command = program
    .command('proxies')
    .summary('show the proxies and whether they are in sync')
    .description('Shows every proxy and whether it runs what it was sent. Exit code 2 when one refused something.');
  prints(connects(command, 'pilot')).action(async (flags: ConnectionFlags & { readonly output: Format }) => {
    const proxies = [...(await listProxies(api('pilot', flags)))].sort((a, b) => partsOf(a.id).name.localeCompare(partsOf(b.id).name));
    if (flags.output !== 'table') terminal.print(render(proxies, flags.output));
    else if (proxies.length === 0) terminal.complain('No proxy is connected.');
    else {
      terminal.print(table(['proxy', 'kind', 'address', 'state', ...Object.keys(columns), 'revision', 'version'], proxies.map(row)));
      for (const remark of proxies.flatMap((proxy) => [...refusalsOf(proxy), ...waitingOf(proxy)])) terminal.print(`\n${remark}`);
    }
    if (proxies.some(({ state }) => state === 'NACKED')) exitWith(exitCode.badState);
  });
}
