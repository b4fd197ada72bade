import { Option, type Command } from 'commander';
import { createApi, type Api } from '../api.ts';
import { findConnection, type ConnectionFlags, type Service } from '../connection.ts';
import { formats } from '../output.ts';
import type { Terminal } from '../terminal.ts';

/** What a command works with. */
export interface Context {
  readonly terminal: Terminal;
  /** The admin API of a service, found by the flags given to this command. */
  readonly api: (service: Service, flags: ConnectionFlags) => Api;
  /** Sets the exit code of a command that did its work but found something to report. */
  readonly exitWith: (code: number) => void;
}

export function createContext(terminal: Terminal, exitWith: (code: number) => void): Context {
  return { terminal, exitWith, api: (service, flags) => createApi(service, findConnection(service, flags, terminal)) };
}

/** Adds the flags that say where the control plane is. */
export function connects(command: Command, ...services: readonly Service[]): Command {
  for (const service of services) command.option(`--${service} <url>`, `admin API of ${service} (or FLOTILLA_${service.toUpperCase()}_URL)`);
  return command
    .option('--token-file <file>', 'file of the bearer token (or FLOTILLA_TOKEN_FILE, FLOTILLA_TOKEN)')
    .option('--home <dir>', 'home of a local mesh, which tells the rest (or FLOTILLA_HOME; default .flotilla)');
}

/** Adds `-o`. */
export function prints(command: Command): Command {
  return command.addOption(new Option('-o, --output <format>', 'how to print').choices(formats).default('table'));
}

/** For options that can be repeated. */
export function collect(value: string, before: readonly string[] = []): string[] {
  return [...before, value];
}
