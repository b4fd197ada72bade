import { createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { FlotillaError } from '@flotilla/errors';

/** A TCP address that the mesh is going to listen on. */
export interface Claim {
  readonly host: string;
  readonly port: number;
  /** Who wants it. */
  readonly owner: string;
  /** The flag that changes it, or other advice. */
  readonly flag: string;
}

/** Why the address cannot be listened on; undefined when it can. */
function obstacle({ host, port }: Claim): Promise<string | undefined> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
    server.listen({ host, port, exclusive: true }, () => server.close(() => resolve(undefined)));
  });
}

function describeObstacle({ host, port, owner, flag }: Claim, reason: string): string {
  const advice = flag.startsWith('--addresses') ? `choose other addresses with ${flag}` : `free it or choose another with ${flag}`;
  if (reason === 'EADDRINUSE') return `Port ${port} on ${host}, which ${owner} wants, is taken already: ${advice}.`;
  if (reason === 'EACCES') return `Port ${port} on ${host}, which ${owner} wants, is not open to this user: ${advice}.`;
  return `Port ${port} on ${host}, which ${owner} wants, cannot be listened on (${reason}): ${advice}.`;
}

/**
 * Makes sure that every address is free, before anything is started.
 * @param patience.withinMs how long to wait for those that are not: their owners may be on their way out
 * @throws FlotillaError PORT_TAKEN with a line for each that is not, or that two parts want
 */
export async function checkPorts(claims: readonly Claim[], { withinMs = 0 } = {}): Promise<void> {
  const deadline = performance.now() + withinMs;
  let lines = await problemsOf(claims);
  while (lines.length > 0 && performance.now() < deadline) {
    await sleep(20);
    lines = await problemsOf(claims);
  }
  if (lines.length > 0) throw new FlotillaError('PORT_TAKEN', lines.join('\n'));
}

async function problemsOf(claims: readonly Claim[]): Promise<string[]> {
  const key = ({ host, port }: Claim): string => `${host}:${port}`;
  const twice = claims.flatMap((claim, index) => {
    const first = claims.slice(0, index).find((other) => key(other) === key(claim));
    return first === undefined ? [] : [`Port ${claim.port} on ${claim.host} is wanted by both ${first.owner} (${first.flag}) and ${claim.owner} (${claim.flag}).`];
  });
  const obstacles = await Promise.all(claims.map(async (claim) => ({ claim, reason: await obstacle(claim) })));
  const flagsTold = new Set<string>();
  const taken = obstacles.flatMap(({ claim, reason }) => {
    if (reason === undefined || flagsTold.has(claim.flag)) return []; // one change of a flag takes care of all its ports
    flagsTold.add(claim.flag);
    return [describeObstacle(claim, reason)];
  });
  // An address wanted twice would also be seen as taken, by this very check.
  return twice.length > 0 ? twice : taken;
}
