import type { Command } from 'commander';
import type { ConnectionFlags } from '../connection.ts';
import { describeConfig, type ProxyConfig } from '../proxy-config.ts';
import { partsOf, type ProxyStatus } from '../proxy.ts';
import { render, type Format } from '../output.ts';
import { connects, prints, type Context } from './context.ts';

interface Flags extends ConnectionFlags {
  readonly output: Format;
  readonly live?: boolean;
}

/** `flotilla config PROXY`: what Pilot gives a proxy, or what its Envoy says it runs. */
export function addConfig(program: Command, { terminal, api }: Context): void {
  const command = program
    .command('config')
    .summary('show what a proxy runs')
    .description('Shows what a proxy runs: its listeners, routes, clusters and endpoints as Pilot gives them, or with --live what its Envoy says.')
    .argument('<proxy>', 'its workload, workload.namespace, or node id')
    .option('--live', "ask the Envoy itself, through the agent, for its configuration dump (JSON unless -o yaml)")
    .addHelpText('after', '\nExamples:\n  flotilla config productpage-v1\n  flotilla config reviews-v1.default -o json');
  prints(connects(command, 'pilot', 'agent')).action(async (wanted: string, flags: Flags) => {
    const pilot = api('pilot', flags);
    const path = `/v1/proxies/${encodeURIComponent(wanted)}`;
    if (flags.live === true) {
      const { id } = (await pilot.call(path)) as ProxyStatus;
      const [name = '', namespace = ''] = partsOf(id).name.split('.');
      const dump = await api('agent', flags).call(`/v1/workloads/${encodeURIComponent(namespace)}/${encodeURIComponent(name)}/config_dump`);
      terminal.print(render(dump, flags.output === 'yaml' ? 'yaml' : 'json'));
      return;
    }
    const config = (await pilot.call(`${path}/config`)) as ProxyConfig;
    terminal.print(flags.output === 'table' ? describeConfig(config) : render(config, flags.output));
  });
}
