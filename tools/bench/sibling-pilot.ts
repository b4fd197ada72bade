import { readFileSync, rmSync } from 'node:fs';
import { freePorts, startProcess, type TestProcess } from '@flotilla/testing';
import { AdminApi } from './admin-api.ts';

/** A Pilot beside the launcher's. */
export interface Sibling {
  readonly process: TestProcess;
  /** Of plaintext xDS. */
  readonly address: string;
  readonly admin: AdminApi;
  stop(): Promise<void>;
}

/** Starts a Pilot as the launcher started the one with this process id, but for its ports and its folder, which is empty. */
export async function startSibling(pid: number, dataDir: string, token: string): Promise<Sibling> {
  const [admin, xds] = await freePorts(2);
  const address = `127.0.0.1:${xds ?? 0}`;
  rmSync(dataDir, { recursive: true, force: true });
  const listOf = (file: string): string[] => readFileSync(`/proc/${pid}/${file}`, 'utf8').split('\0').filter((entry) => entry !== '');
  const [program = '', ...args] = listOf('cmdline');
  const env = Object.fromEntries(listOf('environ').map((entry) => [entry.slice(0, entry.indexOf('=')), entry.slice(entry.indexOf('=') + 1)]));
  // Of a flag that is given twice, the last one counts.
  const process = startProcess(program, [...args, '--admin-port', String(admin), '--insecure-xds', address, '--data-dir', dataDir], { env });
  return { process, address, admin: new AdminApi(`http://127.0.0.1:${admin ?? 0}`, token), stop: () => process.stop() };
}
