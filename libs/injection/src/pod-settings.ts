import { checkProxyConfig, isRecord, subnetOf, type DefaultProxyConfig, type Place } from '@flotilla/resources';
import { parse } from 'yaml';
import type { InjectionOptions } from './injection-options.ts';
import { annotation } from './names.ts';

type Annotations = Readonly<Record<string, string>>;
type Documents = Readonly<Record<string, unknown>>;

/** The options as they hold for one pod, after its annotations. */
export interface PodSettings extends InjectionOptions {
  readonly agentLogLevel: string;
  /** What the pod says of how its proxy is run; over what the mesh and its namespace say. */
  readonly proxyConfig: DefaultProxyConfig;
  /** Volumes by name, and where the proxy mounts them. */
  readonly userVolumes: Documents;
  readonly userVolumeMounts: Documents;
}

const quantity = /^\d+(\.\d+)?([eE][+-]?\d+|m|k|[KMGTPE]i?)?$/;
const logLevels = ['trace', 'debug', 'info', 'warning', 'error', 'critical', 'off'];

/** What annotations of a pod say, each held against what is allowed; those that say nothing leave the options as they are. */
export function podSettings(annotations: Annotations, options: InjectionOptions, at: Place): PodSettings {
  const read = <T>(name: string, standard: T, parseValue: (text: string) => T | undefined, allowed: string): T => {
    const text = annotations[name];
    if (text === undefined) return standard;
    const value = parseValue(text.trim());
    if (value === undefined) at.at(name).refuse('cannot be taken', { found: text, allowed });
    return value ?? standard;
  };
  const flag = (name: string, standard: boolean): boolean => read(name, standard, (text) => ({ true: true, false: false })[text.toLowerCase()], 'true or false');
  const number = (name: string, standard: number, most = 2 ** 31 - 1): number =>
    read(name, standard, (text) => (/^\d+$/.test(text) && Number(text) <= most ? Number(text) : undefined), `a whole number from 0 to ${most}`);
  const oneOf = <T extends string>(name: string, standard: T, values: readonly T[]): T => read(name, standard, (text) => values.find((value) => value === text), values.join(', '));
  const list = (name: string, standard: string, holds: (item: string) => boolean, allowed: string): string =>
    read(name, standard, (text) => (text === '' || text === '*' || text.split(',').every((item) => holds(item.trim())) ? text.replaceAll(' ', '') : undefined), allowed);
  const ports = (name: string, standard: string): string => list(name, standard, (item) => /^\d{1,5}$/.test(item) && Number(item) > 0 && Number(item) <= 65535, 'ports separated by commas, or *');
  const ranges = (name: string, standard: string): string => list(name, standard, (item) => subnetOf(item) !== undefined, 'blocks of addresses separated by commas, or *');
  const json = (name: string): Documents => read<Documents>(name, {}, (text) => document(text), 'a map in JSON');

  const proxyConfig: DefaultProxyConfig = json(annotation.proxyConfig);
  for (const { path, message, found, allowed } of checkProxyConfig(proxyConfig)) {
    at.at(annotation.proxyConfig).refuse(`${path}: ${message}`, { ...(found === undefined ? {} : { found }), ...(allowed === undefined ? {} : { allowed }) });
  }
  return {
    ...options,
    proxyImage: annotations[annotation.proxyImage] ?? options.proxyImage,
    nativeSidecars: flag(annotation.nativeSidecar, options.nativeSidecars),
    rewriteAppProbes: flag(annotation.rewriteProbes, options.rewriteAppProbes),
    holdApplicationUntilProxyStarts: proxyConfig.holdApplicationUntilProxyStarts ?? options.holdApplicationUntilProxyStarts,
    interceptionMode: oneOf(annotation.interceptionMode, options.interceptionMode, ['REDIRECT', 'NONE']),
    includeInboundPorts: ports(annotation.includeInboundPorts, options.includeInboundPorts),
    excludeInboundPorts: ports(annotation.excludeInboundPorts, options.excludeInboundPorts),
    includeOutboundPorts: ports(annotation.includeOutboundPorts, options.includeOutboundPorts),
    excludeOutboundPorts: ports(annotation.excludeOutboundPorts, options.excludeOutboundPorts),
    includeOutboundIPRanges: ranges(annotation.includeOutboundIPRanges, options.includeOutboundIPRanges),
    excludeOutboundIPRanges: ranges(annotation.excludeOutboundIPRanges, options.excludeOutboundIPRanges),
    statusPort: number(annotation.statusPort, options.statusPort, 65535),
    readinessInitialDelaySeconds: number(annotation.readyAfter, options.readinessInitialDelaySeconds),
    readinessPeriodSeconds: number(annotation.readyEvery, options.readinessPeriodSeconds),
    readinessFailureThreshold: number(annotation.readyFailures, options.readinessFailureThreshold),
    logLevel: oneOf(annotation.logLevel, options.logLevel, logLevels),
    agentLogLevel: annotations[annotation.agentLogLevel] ?? 'info',
    resources: resourcesOf(annotations, options, at),
    proxyConfig,
    userVolumes: json(annotation.userVolume),
    userVolumeMounts: json(annotation.userVolumeMount),
  };
}

/** Resources that a pod names replace the standard ones as a whole, as Istio has it. */
function resourcesOf(annotations: Annotations, { resources }: InjectionOptions, at: Place): InjectionOptions['resources'] {
  const amount = (resource: string, name: string): [string, string][] => {
    const text = annotations[name];
    if (text === undefined) return [];
    if (!quantity.test(text)) at.at(name).refuse('is not a quantity', { found: text, allowed: 'as 100m or 128Mi' });
    return [[resource, text]];
  };
  const requests = Object.fromEntries([...amount('cpu', annotation.cpu), ...amount('memory', annotation.memory)]);
  const limits = Object.fromEntries([...amount('cpu', annotation.cpuLimit), ...amount('memory', annotation.memoryLimit)]);
  const own = { ...(Object.keys(requests).length > 0 ? { requests } : {}), ...(Object.keys(limits).length > 0 ? { limits } : {}) };
  return Object.keys(own).length > 0 ? own : resources;
}

/** A map in YAML, of which JSON is a part; undefined for anything else. */
function document(text: string): Documents | undefined {
  try {
    const value: unknown = parse(text);
    return isRecord(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
