import { readFileSync } from 'node:fs';
import { startProcess, type TestProcess } from '@flotilla/testing';

/** Starts a process as the one with this id was started, but for these flags: of a flag that is given twice, the last one counts. */
export function startSibling(pid: number, flags: Readonly<Record<string, string>>): TestProcess {
  const listOf = (file: string): string[] => readFileSync(`/proc/${pid}/${file}`, 'utf8').split('\0').filter((entry) => entry !== '');
  const [program = '', ...args] = listOf('cmdline');
  const env = Object.fromEntries(listOf('environ').map((entry) => [entry.slice(0, entry.indexOf('=')), entry.slice(entry.indexOf('=') + 1)]));
  return startProcess(program, [...args, ...Object.entries(flags).flatMap(([name, value]) => [`--${name}`, value])], { env });
}
