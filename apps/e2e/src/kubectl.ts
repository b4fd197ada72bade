import { spawn, type ChildProcess } from 'node:child_process';
import { resolve } from 'node:path';
import { eventually, Hopeless, startProcess, toolPath } from '@flotilla/testing';

const workspace = resolve(import.meta.dirname, '../../..');

/** Runs kubectl on the cluster that KUBECONFIG names, in the workspace; rejects with what it said when it fails. */
export function kubectl(args: readonly string[], input = ''): Promise<string> {
  return new Promise((done, failed) => {
    const child = spawn(toolPath('kubectl'), args, { cwd: workspace });
    const [out, err]: [string[], string[]] = [[], []];
    child.stdout.setEncoding('utf8').on('data', (text: string) => out.push(text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => err.push(text));
    child.on('error', failed);
    child.on('close', (code) => (code === 0 ? done(out.join('')) : failed(new Error(`kubectl ${args.join(' ')} failed:\n${out.join('')}${err.join('')}`))));
    child.stdin.end(input);
  });
}

/** Waits until what is named, as `deployment/pilot`, has been rolled out. */
export async function rolledOut(namespace: string, ...names: readonly string[]): Promise<void> {
  for (const name of names) await kubectl(['-n', namespace, 'rollout', 'status', name, '--timeout=180s']);
}

/** Runs a program in a container of `target`, as `deployment/ratings-v1`, with its input and output piped. */
export function execIn(target: string, container: string, ...command: readonly string[]): ChildProcess {
  return spawn(toolPath('kubectl'), ['-n', 'default', 'exec', '-i', target, '-c', container, '--', ...command], { stdio: ['pipe', 'pipe', 'inherit'] });
}

/** A port of the cluster, as this machine reaches it. */
export interface ForwardedPort {
  readonly url: string;
  stop(): Promise<void>;
}

/** @param target as `service/istio-ingressgateway`, whose first pod it is then */
export async function forwardPort(namespace: string, target: string, port: number): Promise<ForwardedPort> {
  const forwarding = startProcess(toolPath('kubectl'), ['-n', namespace, 'port-forward', target, `:${port}`]);
  const local = await eventually(() => {
    if (forwarding.ended()) throw new Hopeless(forwarding.output());
    const [, found] = /Forwarding from 127\.0\.0\.1:(\d+)/.exec(forwarding.output()) ?? [];
    if (found === undefined) throw new Error('kubectl has not said yet which port it forwards');
    return found;
  });
  return { url: `http://127.0.0.1:${local}`, stop: () => forwarding.stop() };
}

/** The names of all objects of the cluster, but for those that come and go by themselves, or with their owners: as pods do that a node starts again. */
export async function objectNames(): Promise<string[]> {
  const types = (await kubectl(['api-resources', '--verbs=list', '-o', 'name'])).trim().split('\n');
  const passing = /^(events|leases|componentstatuses|podmetrics|nodemetrics)\b/;
  const lasting = types.filter((type) => !passing.test(type)).join(',');
  const format = '{range .items[*]}{.kind}/{.metadata.namespace}/{.metadata.name} {.metadata.ownerReferences[0].kind}{"\\n"}{end}';
  const lines = (await kubectl(['get', lasting, '-A', '-o', `jsonpath=${format}`])).trim().split('\n');
  return lines.flatMap((line) => (/ \S/.test(line) ? [] : [line.trimEnd()])).sort();
}
