import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);
const largestOutput = 64 * 1024 * 1024;

/** Runs `docker` with these arguments and gives what it printed; rejects with all that it said. */
export async function docker(...args: readonly string[]): Promise<string> {
  const { stdout } = await run('docker', args, { maxBuffer: largestOutput });
  return stdout.trim();
}

/** The image of a part, with the tag of this suite: nobody else's build gets in between. */
export function imageOf(name: string, tag = process.env['FLOTILLA_TAG'] ?? 'dev'): string {
  return `flotilla/${name}:${tag}`;
}

/** One project of docker compose. */
export class Compose {
  readonly project: string;
  readonly #args: readonly string[];

  /**
   * @param folder where its files are
   * @param files beside docker-compose.yml
   */
  constructor(project: string, folder: string, files: readonly string[] = []) {
    this.project = project;
    const all = ['docker-compose.yml', ...files].flatMap((file) => ['-f', file.startsWith('/') ? file : `${folder}/${file}`]);
    this.#args = ['compose', '-p', project, '--project-directory', folder, ...all];
  }

  /** Runs one of compose's commands and gives what it printed. */
  run(...args: readonly string[]): Promise<string> {
    return docker(...this.#args, ...args);
  }

  /** Runs a program in a container of `service`, with its input and output piped. */
  exec(service: string, ...command: readonly string[]): ChildProcess {
    return spawn('docker', [...this.#args, 'exec', '-T', service, ...command], { stdio: ['pipe', 'pipe', 'inherit'] });
  }

  /** The URL at which the machine has a port of `service`. */
  async url(service: string, port: number): Promise<string> {
    return `http://${await this.run('port', service, String(port))}`;
  }

  /** The ids of the containers of `service`. */
  async containers(service: string): Promise<string[]> {
    return (await this.run('ps', '-q', service)).split('\n').filter((id) => id !== '');
  }
}
