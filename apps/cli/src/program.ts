import { Command, CommanderError } from 'commander';
import { FlotillaError, messageOf } from '@flotilla/errors';
import { addAnalyze } from './command/analyze.ts';
import { addApply } from './command/apply.ts';
import { addConfig } from './command/config.ts';
import { createContext } from './command/context.ts';
import { addDelete } from './command/delete.ts';
import { addDiff } from './command/diff.ts';
import { addExplain } from './command/explain.ts';
import { addGet } from './command/get.ts';
import { addInject } from './command/inject.ts';
import { addInit } from './command/init.ts';
import { addPrecheck } from './command/precheck.ts';
import { addProxies } from './command/proxies.ts';
import { addRender } from './command/render.ts';
import { addStatus } from './command/status.ts';
import { addValidate } from './command/validate.ts';
import { addVersion, version } from './command/version.ts';
import { exitCode, exitCodeOf } from './exit-code.ts';
import type { Terminal } from './terminal.ts';

const exitCodes = `
Exit codes:
  0  all went well
  1  a mistake in what was given: nothing was changed
  2  the mesh is in a bad state, as a proxy that refused its configuration
  3  the control plane cannot be reached
  79 analyze found something that is as bad as --failure-threshold`;

/**
 * Runs one command line to its end.
 * @param args what follows the program's name
 * @returns the exit code
 */
export async function runCommandLine(args: readonly string[], terminal: Terminal): Promise<number> {
  let code: number = exitCode.ok;
  const context = createContext(terminal, (found) => (code = found));
  const program = new Command('flotilla')
    .description('Works with a Flotilla mesh: its resources, and what its proxies run.')
    .version(version, '-V, --version')
    .addHelpText('after', exitCodes)
    .exitOverride()
    .showSuggestionAfterError()
    .configureOutput({ writeOut: (text) => terminal.print(text.trimEnd()), writeErr: (text) => terminal.complain(text.trimEnd()) });
  for (const add of [addApply, addGet, addDelete, addValidate, addAnalyze, addStatus, addProxies, addConfig, addDiff, addExplain, addRender, addInject, addPrecheck, addInit, addVersion]) add(program, context);
  for (const command of program.commands) command.exitOverride().copyInheritedSettings(program);
  if (args.length === 0) {
    program.outputHelp();
    return exitCode.mistake;
  }
  try {
    await program.parseAsync([...args], { from: 'user' });
    return code;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode; // it has said what was wrong, or shown help
    terminal.complain(error instanceof FlotillaError ? `error ${error.code}: ${error.describe()}` : `error INTERNAL: ${messageOf(error)}`);
    return exitCodeOf(error);
  }
}
