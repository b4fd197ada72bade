import { homedir } from 'node:os';
import { join } from 'node:path';
import { KubernetesApi, kubeconfigAccess } from '@flotilla/kubernetes-api';
import type { Command } from 'commander';
import { exitCode } from '../exit-code.ts';
import { render, type Format } from '../output.ts';
import { checkCluster } from '../precheck/checks.ts';
import { viewCluster } from '../precheck/cluster-view.ts';
import { prints, type Context } from './context.ts';

interface Flags {
  readonly kubeconfig?: string;
  readonly context?: string;
  readonly output: Format;
}

/** `flotilla precheck`: what in a cluster would stop an installation, before there is one. */
export function addPrecheck(program: Command, { terminal, exitWith }: Context): void {
  const command = program
    .command('precheck')
    .summary('find what in a Kubernetes cluster would stop an installation')
    .description('Looks at a Kubernetes cluster, changes nothing, and tells what stops an installation or should be known before it. Exit code 2 when something stops it.')
    .option('--kubeconfig <file>', 'how the cluster is reached (or KUBECONFIG; default ~/.kube/config)')
    .option('--context <name>', 'of the kubeconfig; its current one when not given');
  prints(command).action(async ({ kubeconfig, context, output }: Flags) => {
    const path = kubeconfig ?? terminal.env['KUBECONFIG'] ?? join(homedir(), '.kube/config');
    const api = new KubernetesApi(await kubeconfigAccess(path, context));
    try {
      const findings = checkCluster(await viewCluster(api));
      if (output !== 'table') terminal.print(render(findings, output));
      else if (findings.length === 0) terminal.print('Nothing stands in the way of an installation.');
      else for (const { level, found, remedy } of findings) terminal.print(`${level}: ${found}\n  ${remedy}`);
      if (findings.some(({ level }) => level === 'error')) exitWith(exitCode.badState);
    } finally {
      api.close();
    }
  });
}
