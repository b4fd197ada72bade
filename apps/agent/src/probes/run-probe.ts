import { messageOf } from '@flotilla/errors';
import type { ReadinessProbe } from '@flotilla/resources';
import type { Workload } from '../workload.ts';
import { probeByProgram } from './exec-probe.ts';
import { probeGrpc } from './grpc-probe.ts';
import { probeHttp } from './http-probe.ts';
import { probeTarget } from './probe-target.ts';
import { probeTcp } from './tcp-probe.ts';

export interface ProbeContext {
  readonly workload: Pick<Workload, 'ports'>;
  /** Whether a probe may run programs on this machine. */
  readonly programs: boolean;
  /** The address that HTTP and TCP probes ask from, where that matters. */
  readonly from?: string | undefined;
}

/**
 * Probes once.
 *
 * @param signal aborted when its time is over
 * @returns why the workload is not ready; undefined where it is
 */
export async function runProbe(probe: ReadinessProbe, context: ProbeContext, signal: AbortSignal): Promise<string | undefined> {
  try {
    await probeOnce(probe, context, signal);
    return undefined;
  } catch (error) {
    return signal.aborted ? 'there was no answer in time' : messageOf(error);
  }
}

async function probeOnce({ httpGet, tcpSocket, grpc, exec }: ReadinessProbe, { workload, programs, from }: ProbeContext, signal: AbortSignal): Promise<void> {
  if (httpGet !== undefined) return probeHttp(httpGet, { ...probeTarget(httpGet, workload), from }, signal);
  if (tcpSocket !== undefined) return probeTcp({ ...probeTarget(tcpSocket, workload), from }, signal);
  if (grpc !== undefined) return probeGrpc(grpc.service ?? '', probeTarget(grpc, workload), signal);
  if (!programs) throw new Error('its probe runs a program, which the agent was not told to allow (--exec-probes)');
  return probeByProgram(exec?.command ?? [], signal);
}
