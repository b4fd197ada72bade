import { join } from 'node:path';
import type { Home } from './home.ts';
import { pilotsOf } from './pilots.ts';
import { httpProbe, natsProbe, type Probe } from './readiness.ts';
import type { Secrets } from '@flotilla/credentials';
import type { LauncherSettings, PartName } from './settings.ts';
import type { Program } from './supervised-process.ts';
import { httpProxyPort, servicePort, type BookshopService } from './workloads.ts';
import { markVariable } from './mesh-processes.ts';

/** A program of the mesh, and when it is ready. */
export interface Part extends Program {
  readonly ready: Probe;
  /** Names of parts that have to be ready before it can start. */
  readonly after: readonly string[];
}

/** What the command lines of parts are made of. */
export interface Place {
  readonly settings: LauncherSettings;
  readonly home: Home;
  readonly secrets: Secrets;
  readonly workspace: string;
  readonly tools: { readonly envoy: string; readonly natsServer: string };
}

const local = (port: number): string => `127.0.0.1:${port}`;
const controlPlaneStopMs = 12_000;

/**
 * How V8 shall run a service. Services live long and hold little for long: what a burst leaves behind is given back sooner
 * with a smaller young generation, and an old one that grows by half before it is looked through; and V8's last compiler,
 * which takes most, is left to what stays hot (docs/performance.md has what that saves).
 */
const engineFlags = (program: PartName | 'agent'): string[] => [...(ownEngineFlags[program] ?? ['--max-semi-space-size=2', lateOptimization]), '--heap-growing-percent=50'];

const lateOptimization = '--invocation-count-for-turbofan=100000';

const ownEngineFlags: Partial<Record<PartName | 'agent', readonly string[]>> = {
  // What Pilot sends to a fleet fills a small young generation too often.
  pilot: ['--max-semi-space-size=8', lateOptimization],
  // An agent has so little to do that it is only interpreted: no memory for compilers and for what they make.
  agent: ['--max-semi-space-size=1', '--max-opt=0'],
};

/**
 * One malloc arena for all threads; what is large is mapped by itself where the heap would have to grow for it, so that what
 * it does not use is not resident, and its end gives it back; and V8's compiled code is kept from one start to the next.
 */
const engineEnvironment = ({ root }: Home): NodeJS.ProcessEnv => ({ MALLOC_ARENA_MAX: '1', MALLOC_MMAP_THRESHOLD_: '16384', NODE_COMPILE_CACHE: join(root, 'cache') });

/** The environment of every part: the user's, without what is meant for the launcher, and with the mesh's mark. */
function environment(home: Home, more: NodeJS.ProcessEnv = {}): NodeJS.ProcessEnv {
  const inherited = Object.entries(process.env).filter(([name]) => !/^(FLOTILLA_|npm_|NODE_CHANNEL|INIT_CWD|HTTP_PROXY$|http_proxy$|NODE_USE_ENV_PROXY$)/.test(name));
  return { ...Object.fromEntries(inherited), ...more, [markVariable]: home.root };
}

function flags(values: Readonly<Record<string, string | number | undefined>>): string[] {
  return Object.entries(values).flatMap(([name, value]) => (value === undefined ? [] : [`--${name}`, String(value)]));
}

/** Flags that all services have. */
function commonFlags({ settings, secrets }: Place, adminPort: number): Record<string, string | number | undefined> {
  return { 'admin-port': adminPort, 'admin-token-file': secrets.adminToken, 'log-level': settings.logLevel, 'otlp-endpoint': settings.otlpEndpoint };
}

function busFlags({ settings, secrets }: Place, user: 'galley' | 'pilot' | 'mixer'): Record<string, string> {
  return { 'nats-url': `nats://${local(settings.natsPort)}`, 'nats-password-file': secrets.busPassword(user) };
}

/** Where to get a certificate; without Citadel in the mesh there are none, and no ports that need one. */
function identityFlags({ settings, secrets, home }: Place, bearer: string): Record<string, string> {
  if (!settings.only.includes('citadel')) return {};
  return {
    'citadel-address': local(settings.csrPort),
    'citadel-root-file': join(home.data, 'citadel/root-cert.pem'),
    'identity-token-file': secrets.identityToken(bearer),
  };
}

function service(place: Place, program: PartName | 'agent', adminPort: number, after: readonly string[], own: Readonly<Record<string, string | number | undefined>>, env: NodeJS.ProcessEnv = {}): Part {
  return {
    name: program,
    command: process.execPath,
    // No --enable-source-maps: the first stack trace would parse the map, for 110 MB that never come back. Bundles keep their names.
    args: [...engineFlags(program), join(place.workspace, `apps/${program}/dist/main.js`), ...flags({ ...commonFlags(place, adminPort), ...own })],
    env: environment(place.home, { ...engineEnvironment(place.home), ...env }),
    ready: httpProbe(`http://${local(adminPort)}/readyz`),
    after: after.filter((other) => other !== 'citadel' || place.settings.only.includes('citadel')),
    stopWithinMs: controlPlaneStopMs,
  };
}

/** nats-server and the control plane, as far as `--only` names them. */
export function controlPlane(place: Place): Part[] {
  const { settings, home, tools } = place;
  const data = (name: string): string => join(home.data, name);
  const all: Readonly<Record<Exclude<PartName, 'bookshop'>, () => Part | Part[]>> = {
    nats: () => ({
      name: 'nats',
      command: tools.natsServer,
      args: ['-c', join(home.run, 'nats.conf')],
      env: environment(home),
      ready: natsProbe('127.0.0.1', settings.natsPort),
      after: [],
      stopWithinMs: controlPlaneStopMs,
    }),
    citadel: () =>
      service(place, 'citadel', settings.citadelPort, [], {
        port: settings.csrPort,
        'credentials-port': settings.credentialsPort,
        'credentials-dir': home.credentials,
        'data-dir': data('citadel'),
        'token-key-file': place.secrets.tokenKey,
        'certificate-lifetime': settings.certificateLifetime,
      }),
    galley: () =>
      service(place, 'galley', settings.galleyPort, ['citadel'], {
        ...busFlags(place, 'galley'),
        ...identityFlags(place, 'galley'),
        port: settings.registryPort,
        'data-dir': data('galley'),
        'config-dir': settings.config,
      }),
    pilot: () =>
      pilotsOf(settings).map(({ name, adminPort, xdsPort }, index) => ({
        ...service(place, 'pilot', adminPort, ['citadel'], {
          ...busFlags(place, 'pilot'),
          ...identityFlags(place, 'pilot'),
          port: xdsPort,
          'insecure-xds': index === 0 ? settings.insecureXds : undefined,
          'data-dir': data(name),
          'dns-resolver': settings.dnsResolver,
        }),
        name,
      })),
    mixer: () =>
      service(place, 'mixer', settings.mixerPort, ['citadel'], {
        ...busFlags(place, 'mixer'),
        ...identityFlags(place, 'mixer'),
        port: settings.telemetryPort,
        'data-dir': data('mixer'),
      }),
  };
  return (Object.keys(all) as (keyof typeof all)[]).filter((name) => settings.only.includes(name)).flatMap((name) => all[name]());
}

/** The agent, which brings up the Envoys of the workloads in `workloadsFile`. */
export function agent(place: Place, workloadsFile: string): Part {
  const { settings, home, tools } = place;
  return {
    ...service(place, 'agent', settings.agentPort, ['citadel'], {
      ...identityFlags(place, 'agent'),
      workloads: workloadsFile,
      envoy: tools.envoy,
      'pilot-address': pilotsOf(settings).map(({ xdsPort }) => local(xdsPort)).join(','),
      'mixer-address': local(settings.telemetryPort),
      'credentials-address': local(settings.credentialsPort),
      'galley-address': local(settings.registryPort),
      'dns-resolver': settings.dnsResolver,
      'run-dir': join(home.run, 'agent'),
      'log-dir': home.logs,
    }),
    // It drains its Envoys first.
    stopWithinMs: 25_000,
  };
}

/** One service of the bookshop, which calls the others through its sidecar only. */
export function bookshopPart({ home, workspace }: Place, { app, version, workload }: BookshopService): Part {
  const listens = workload.ports.find(({ number }) => number === servicePort)?.app ?? '';
  return {
    name: workload.name,
    command: process.execPath,
    args: [join(workspace, `examples/bookshop/src/${app}.ts`)],
    env: environment(home, {
      SERVICE_ADDRESS: listens,
      SERVICE_VERSION: version,
      POD_NAME: workload.name,
      HTTP_PROXY: `http://${workload.address}:${httpProxyPort}`,
    }),
    ready: httpProbe(`http://${listens}/health`),
    after: [],
    stopWithinMs: 3_000,
  };
}
