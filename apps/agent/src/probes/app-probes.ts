import { isIPv4 } from 'node:net';
import { FlotillaError, messageOf, type Problem } from '@flotilla/errors';
import { checkDocument, type ReadinessProbe } from '@flotilla/resources';
import { Type } from '@flotilla/runtime';
import type { Workload } from '../workload.ts';
import { runProbe } from './run-probe.ts';

/** Probes that the agent makes in the place of the kubelet, by the path at which it is asked for them. */
export type AppProbes = ReadonlyMap<string, ReadinessProbe>;

/** The kubelet gives up after a second unless told otherwise. */
const usualTimeoutSeconds = 1;

const problemsOf = checkDocument<Record<string, ReadinessProbe>>(Type.Record(Type.String(), Type.Object({}, { additionalProperties: true })), () => undefined);

/**
 * Reads what injection says of the application's probes: a map of them in JSON.
 * @throws FlotillaError INVALID_SETTINGS
 */
export function readAppProbes(text: string | undefined): AppProbes {
  if (text === undefined) return new Map();
  const refuse = (problems: readonly Problem[]): never => {
    throw new FlotillaError('INVALID_SETTINGS', "the application's probes cannot be understood", { problems: problems.map((problem) => ({ ...problem, path: `--app-probes ${problem.path}`.trim() })) });
  };
  let probes: unknown;
  try {
    probes = JSON.parse(text);
  } catch (error) {
    return refuse([{ path: '', message: messageOf(error) }]);
  }
  const problems = problemsOf(probes);
  return problems.length > 0 ? refuse(problems) : new Map(Object.entries(probes as Record<string, ReadinessProbe>));
}

/** From this address interception lets connections of this network namespace to itself pass; there is none such of IPv6. */
const passingAddress = '127.0.0.6';

/**
 * Makes a probe as the kubelet would have: at the pod's address, past its Envoy.
 * @returns why the application is not as it should be; undefined where it is
 */
export function makeAppProbe({ httpGet, tcpSocket, grpc, timeoutSeconds = usualTimeoutSeconds }: ReadinessProbe, { address }: Pick<Workload, 'address'>): Promise<string | undefined> {
  const signal = AbortSignal.timeout(timeoutSeconds * 1000);
  const [host, from] = isIPv4(address) ? [address, passingAddress] : ['::1', undefined];
  const asked = {
    ...(httpGet === undefined ? {} : { httpGet: { ...httpGet, host: httpGet.host ?? host } }),
    ...(tcpSocket === undefined ? {} : { tcpSocket: { ...tcpSocket, host: tcpSocket.host ?? host } }),
    ...(grpc === undefined ? {} : { grpc }),
  };
  return runProbe(asked, { workload: { ports: [] }, programs: false, from }, signal);
}
