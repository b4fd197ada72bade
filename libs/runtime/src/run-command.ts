import { FlotillaError } from '@flotilla/errors';
import { HelpRequested } from './settings-help.ts';

/**
 * Runs a program that comes to an end by itself, and exits: 0 when `main` resolves or help was asked for, 1 when it
 * rejects. A coded error is printed as its message alone. Signals are the program's own business.
 */
export async function runCommand(main: () => Promise<void>): Promise<never> {
  try {
    await main();
    process.exit(0);
  } catch (error) {
    if (error instanceof HelpRequested) {
      console.log(error.message);
      process.exit(0);
    }
    console.error(error instanceof FlotillaError ? error.describe() : error);
    process.exit(1);
  }
}
