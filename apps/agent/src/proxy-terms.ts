import { readFile } from 'node:fs/promises';
import type { JsonObject } from '@bufbuild/protobuf';
import { join } from 'node:path';
import { messageOf } from '@flotilla/errors';
import type { Identity } from '@flotilla/identity';
import { ProxyConfigs } from '@flotilla/protos/flotilla/proxy/v1/proxy_configs_pb.js';
import type { ProxySettings } from '@flotilla/resources';
import { clientCredentials, createClient } from '@flotilla/rpc';
import { backoff, delay, writeFileAtomic, type Clock } from '@flotilla/runtime';
import type { Workload } from './workload.ts';

/** What an Envoy is run by that only the mesh knows. */
export interface ProxyTerms {
  readonly config: ProxySettings;
  /** The workload's labels with those of its group. */
  readonly labels: Readonly<Record<string, string>>;
}

export interface TermsRequest {
  readonly workload: Workload;
  /** `host:port` of each Pilot; one after the other is asked until one answers. */
  readonly pilotAddress: readonly string[];
  readonly pilotSpiffeId: string;
  /** Proves that the workload is the caller's. */
  readonly identity: Identity;
  readonly clock: Clock;
  readonly random: () => number;
  readonly signal: AbortSignal;
  /** Told why there is no answer yet. */
  readonly onFailure: (reason: string) => void;
}

/** A Pilot that is just starting answers once it has read the mesh. */
const deadlineMs = 5_000;

/**
 * Asks Pilot how the Envoy of a workload is to be run, until it answers.
 * @throws the reason of `signal`, once that is aborted
 */
export async function askForTerms({ workload, pilotAddress, pilotSpiffeId, identity, clock, random, signal, onFailure }: TermsRequest): Promise<ProxyTerms> {
  const { namespace, serviceAccount, labels, group = '', proxyConfig: own = {} } = workload;
  const waits = backoff({ initialMs: 100, maxMs: 2_000, random });
  for (let turn = 0; ; turn += 1) {
    signal.throwIfAborted();
    const client = createClient(ProxyConfigs, pilotAddress[turn % pilotAddress.length] ?? '', clientCredentials(identity, { serverSpiffeIds: [pilotSpiffeId] }));
    try {
      const answer = await client.methods.getProxyConfig({ namespace, serviceAccount, labels, group, own: own as JsonObject }, { signal, deadlineMs });
      return { config: answer.config ?? {}, labels: answer.labels };
    } catch (error) {
      onFailure(messageOf(error));
    } finally {
      client.close();
    }
    await delay(clock, waits.next(), signal);
  }
}

/** The terms by which the Envoy of this folder was started last. */
export async function keptTerms(folder: string): Promise<ProxyTerms | undefined> {
  const text = await readFile(pathIn(folder), 'utf8').catch(() => undefined);
  return text === undefined ? undefined : (JSON.parse(text) as ProxyTerms);
}

/** Keeps them for a later life of the agent, which takes the Envoy over as it is. */
export function keepTerms(folder: string, terms: ProxyTerms): Promise<void> {
  return writeFileAtomic(pathIn(folder), JSON.stringify(terms), 0o600);
}

function pathIn(folder: string): string {
  return join(folder, 'terms.json');
}
