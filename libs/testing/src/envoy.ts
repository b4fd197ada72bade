import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startProcess, type TestProcess } from './child-process.ts';
import { eventually, Hopeless } from './eventually.ts';
import { freePort } from './free-port.ts';
import { toolPath } from './tool-path.ts';

/** A real Envoy under test. */
export interface TestEnvoy {
  readonly adminUrl: string;
  readonly process: TestProcess;
  stop(): Promise<void>;
}

/**
 * Starts Envoy with `bootstrap` (JSON in Envoy's own names; its `admin` section is filled in here)
 * and waits until its admin page answers.
 *
 * @param options.live wait until Envoy says it is LIVE (all initial xDS resources taken), the default
 */
export async function startEnvoy(bootstrap: Readonly<Record<string, unknown>>, { live = true } = {}): Promise<TestEnvoy> {
  const folder = mkdtempSync(join(tmpdir(), 'flotilla-envoy-'));
  const adminPort = await freePort();
  const adminUrl = `http://127.0.0.1:${adminPort}`;
  const configPath = join(folder, 'bootstrap.json');
  const admin = { address: { socket_address: { address: '127.0.0.1', port_value: adminPort } } };
  writeFileSync(configPath, JSON.stringify({ ...bootstrap, admin }));
  const envoy = startProcess(toolPath('envoy'), ['-c', configPath, '--disable-hot-restart', '--concurrency', '1', '-l', 'warn']);
  const stop = async (): Promise<void> => {
    await envoy.stop('SIGKILL');
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    await eventually(async () => {
      if (envoy.ended()) throw new Hopeless(`envoy ended:\n${envoy.output()}`);
      const response = await fetch(`${adminUrl}/ready`);
      if (live && response.status !== 200) throw new Error(`envoy is ${await response.text()}`);
    }, { timeoutMs: 20_000 });
  } catch (error) {
    await stop();
    throw error;
  }
  return { adminUrl, process: envoy, stop };
}

/** What Envoy says of a bootstrap (JSON) in validate mode: undefined where it takes it, else its complaint. */
export async function validateWithEnvoy(bootstrap: Readonly<Record<string, unknown>>): Promise<string | undefined> {
  const folder = mkdtempSync(join(tmpdir(), 'flotilla-envoy-'));
  try {
    const configPath = join(folder, 'bootstrap.json');
    writeFileSync(configPath, JSON.stringify(bootstrap));
    const envoy = startProcess(toolPath('envoy'), ['--mode', 'validate', '-c', configPath, '-l', 'warn']);
    await eventually(() => {
      if (!envoy.ended()) throw new Error('envoy --mode validate did not end');
    }, { timeoutMs: 30_000 });
    return envoy.child.exitCode === 0 ? undefined : envoy.output();
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
