import { resolve } from 'node:path';
import type { Command } from 'commander';
import { provision, type Ownership } from '@flotilla/credentials';
import { FlotillaError } from '@flotilla/errors';
import type { Context } from './context.ts';

interface Flags {
  readonly into: string;
  readonly trustDomain: string;
  readonly controlPlaneUser: string;
  readonly proxyUser: string;
}

/** `flotilla init`: what the parts of a mesh of containers know each other by, before any of them starts. */
export function addInit(program: Command, { terminal }: Context): void {
  program
    .command('init')
    .summary('give the parts of a mesh of containers their credentials')
    .description('Makes passwords, keys and tokens for a mesh of containers, into those folders that are there: kept, nats, citadel, galley, pilot, mixer, operator, workloads/<namespace>/<service account>. What was kept stays; tokens are made anew.')
    .requiredOption('--into <dir>', 'the folder of these folders')
    .option('--trust-domain <name>', 'trust domain of all identities', 'cluster.local')
    .option('--control-plane-user <uid:gid>', "who reads the control plane's files", '65532:65532')
    .option('--proxy-user <uid:gid>', "who reads the workloads' files", '1337:1337')
    .action(async ({ into, trustDomain, controlPlaneUser, proxyUser }: Flags) => {
      const owners = { controlPlane: ownershipOf('--control-plane-user', controlPlaneUser), proxy: ownershipOf('--proxy-user', proxyUser) };
      const filled = await provision(resolve(terminal.cwd, into), { trustDomain, nowMs: terminal.now(), ...owners });
      for (const folder of filled) terminal.print(`${folder} has its credentials`);
    });
}

function ownershipOf(path: string, text: string): Ownership {
  const [, uid, gid] = /^(\d+):(\d+)$/.exec(text) ?? [];
  if (uid === undefined || gid === undefined) throw new FlotillaError('INVALID_SETTINGS', `${path} is not valid`, { problems: [{ path, message: 'is not a user and a group', found: text, allowed: 'numbers, as 65532:65532' }] });
  return { uid: Number(uid), gid: Number(gid) };
}
