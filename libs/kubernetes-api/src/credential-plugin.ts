import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { FlotillaError, messageOf } from '@flotilla/errors';
import { isFields, type Fields } from './fields.ts';

const run = promisify(execFile);

/** A token is asked for anew this long before it runs out, in milliseconds. */
const marginMs = 60_000;

/**
 * Tokens from the program that a kubeconfig names, as clouds have them; each is used until it runs out.
 * https://kubernetes.io/docs/reference/access-authn-authz/authentication/#client-go-credential-plugins
 */
export function credentialPlugin({ command, args, env, apiVersion }: Fields): () => Promise<string> {
  let current: { readonly token: string; readonly untilMs: number } | undefined;
  const texts = Array.isArray(args) ? args.map(String) : [];
  const more = (Array.isArray(env) ? env : []).filter(isFields).map(({ name, value }) => [String(name), String(value)] as const);
  const info = JSON.stringify({ apiVersion, kind: 'ExecCredential', spec: { interactive: false } });
  return async () => {
    if (current !== undefined && Date.now() < current.untilMs) return current.token;
    try {
      const { stdout } = await run(String(command), texts, { env: { ...process.env, ...Object.fromEntries(more), KUBERNETES_EXEC_INFO: info } });
      const { status } = JSON.parse(stdout) as { status?: { token?: string; expirationTimestamp?: string } };
      if (status?.token === undefined) throw new Error('it gave no token');
      const { token, expirationTimestamp } = status;
      current = { token, untilMs: expirationTimestamp === undefined ? Infinity : Date.parse(expirationTimestamp) - marginMs };
      return token;
    } catch (error) {
      throw new FlotillaError('UNAUTHENTICATED', `${String(command)}, which the kubeconfig names, gave no credentials: ${messageOf(error)}`);
    }
  };
}
