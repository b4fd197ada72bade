import { readFile } from 'node:fs/promises';
import { networkInterfaces } from 'node:os';
import { FlotillaError, messageOf, problemWithin, type Problem } from '@flotilla/errors';
import { checkProxyConfig, type DefaultProxyConfig } from '@flotilla/resources';
import { Type, type Static, type TObject } from '@flotilla/runtime';
import { parse } from 'yaml';
import { readWorkload } from './read-workloads.ts';
import type { Workload } from './workload.ts';

/** What an agent in a pod or container is told of the one workload that it shares a network namespace with. */
export const ownWorkloadSettings = {
  workloadName: Type.Optional(Type.String({ description: "The workload whose network namespace this agent shares, and whose connections are intercepted there. The other settings named workload- are this one's." })),
  workloadNamespace: Type.String({ default: 'default', description: 'Its namespace.' }),
  workloadServiceAccount: Type.String({ default: 'default', description: 'Its service account, which its certificate names.' }),
  workloadType: Type.Enum(['sidecar', 'gateway'], { default: 'sidecar', description: 'Whether its Envoy stands beside an application, or is a gateway.' }),
  workloadLabels: Type.Array(Type.String(), { default: [], description: 'Its labels, as app=reviews,version=v1.' }),
  workloadLabelsFile: Type.Optional(Type.String({ description: 'A file with more of them, a line each as app="reviews": such a file Kubernetes writes for its pods.' })),
  workloadOwner: Type.Optional(Type.String({ description: 'What it belongs to, by which telemetry names it, as the Deployment of a pod; its own name when not given.' })),
  workloadInterception: Type.Enum(['REDIRECT', 'NONE'], { default: 'REDIRECT', description: 'Whether its connections are intercepted.' }),
  workloadProxyConfig: Type.Optional(Type.String({ description: "How its Envoy is run, over what the mesh and its namespace say: a map in YAML, as defaultConfig of Istio's mesh configuration." })),
  workloadPorts: Type.Array(Type.String(), { default: [], description: 'The ports that its application serves, as http:9080,grpc:7070.' }),
  workloadAddress: Type.Array(Type.String(), { default: [], description: 'Its IP addresses, the first being the one it is known by; those of the network namespace when not given.' }),
  workloadDrainSeconds: Type.Number({ default: 5, minimum: 0, maximum: 3600, description: 'How long its Envoy may finish what it is at when it is stopped.' }),
};

export type OwnWorkloadSettings = Static<TObject<typeof ownWorkloadSettings>>;

/** What an agent finds where it runs. */
export interface Surroundings {
  /** Those of the network namespace. */
  readonly addresses: readonly string[];
  /** What the file of labels holds; empty where there is none. */
  readonly labels: string;
}

/**
 * The workload that the settings describe, undefined where they name none.
 * @throws FlotillaError INVALID_SETTINGS, or INVALID_RESOURCE, with every problem there is
 */
export function ownWorkload(settings: OwnWorkloadSettings, { addresses, labels: labelLines }: Surroundings): Workload | undefined {
  const { workloadName: name, workloadNamespace: namespace, workloadServiceAccount: serviceAccount, workloadType: type, workloadDrainSeconds: drainSeconds } = settings;
  if (name === undefined) return undefined;
  const problems: Problem[] = [];
  const labels = [
    ...pairsOf(labelLines.split('\n').filter((line) => line !== ''), /^([^=]+)="(.*)"$/, { path: '--workload-labels-file', allowed: 'as app="reviews"' }, problems),
    ...pairsOf(settings.workloadLabels, /^([^=]+)=(.*)$/, { path: '--workload-labels', allowed: 'as app=reviews' }, problems),
  ];
  const proxyConfig = settings.workloadProxyConfig === undefined ? undefined : proxyConfigOf(settings.workloadProxyConfig, problems);
  const ports = pairsOf(settings.workloadPorts, /^([^:]+):(\d+)$/, { path: '--workload-ports', allowed: 'as http:9080' }, problems);
  const [address, ...moreAddresses] = settings.workloadAddress.length > 0 ? settings.workloadAddress : addresses;
  if (address === undefined) problems.push({ path: '--workload-address', message: 'is needed: this network namespace has no address but loopback' });
  if (problems.length > 0) throw new FlotillaError('INVALID_SETTINGS', `the settings of the workload ${name} are not valid`, { problems });
  return readWorkload({
    name, namespace, serviceAccount, type, address, moreAddresses, drainSeconds,
    labels: Object.fromEntries(labels),
    ports: ports.map(([port, number]) => ({ name: port, number: Number(number) })),
    interception: settings.workloadInterception,
    ...(settings.workloadOwner === undefined ? {} : { owner: settings.workloadOwner }),
    ...(proxyConfig === undefined ? {} : { proxyConfig }),
  });
}

function proxyConfigOf(text: string, problems: Problem[]): DefaultProxyConfig {
  try {
    const config: unknown = parse(text);
    problems.push(...checkProxyConfig(config).map((problem) => problemWithin('--workload-proxy-config', problem)));
    return config as DefaultProxyConfig;
  } catch (error) {
    problems.push({ path: '--workload-proxy-config', message: `cannot be read: ${messageOf(error)}` });
    return {};
  }
}

/** What each item says on both sides of its sign; those that say nothing are added to `problems`. */
function pairsOf(items: readonly string[], form: RegExp, { path, allowed }: { readonly path: string; readonly allowed: string }, problems: Problem[]): [string, string][] {
  return items.flatMap((item): [string, string][] => {
    const [, key, value] = form.exec(item) ?? [];
    if (key !== undefined && value !== undefined) return [[key, value]];
    problems.push({ path, message: 'is not a pair', found: item, allowed });
    return [];
  });
}

/**
 * What the file of labels holds.
 * @throws FlotillaError INVALID_SETTINGS
 */
export async function readLabels({ workloadLabelsFile: path }: OwnWorkloadSettings): Promise<string> {
  if (path === undefined) return '';
  return readFile(path, 'utf8').catch((error: unknown) => {
    throw new FlotillaError('INVALID_SETTINGS', `the labels of the workload cannot be read: ${messageOf(error)}`, { problems: [{ path: '--workload-labels-file', message: 'must be a file', found: path }] });
  });
}

/** The addresses by which others reach this network namespace, those of IPv4 first. */
export function reachableAddresses(): string[] {
  const found = Object.values(networkInterfaces()).flatMap((addresses = []) => addresses).filter(({ internal, address }) => !internal && !address.startsWith('fe80:'));
  return found.sort((a, b) => a.family.localeCompare(b.family)).map(({ address }) => address);
}
