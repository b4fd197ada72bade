import { SignJWT } from 'jose';
import { expect, it } from 'vitest';
import { issueToken, verifyToken } from './index.ts';

const key = new Uint8Array(32).fill(7);
const identities = ['spiffe://cluster.local/ns/default/sa/reviews'];
const nowMs = Date.UTC(2026, 0, 1);
const token = await issueToken(key, { subject: 'agent', identities }, { nowMs, lifetimeMs: 60_000 });

it('reads back what it issued until it expires', async () => {
  expect(await verifyToken(key, token, nowMs)).toEqual({ subject: 'agent', identities });
  expect(await verifyToken(key, token, nowMs + 59_000)).toEqual({ subject: 'agent', identities });
  await expect(verifyToken(key, token, nowMs + 60_000)).rejects.toMatchObject({ code: 'UNAUTHENTICATED', message: 'The token has expired' });
});

it('refuses what was forged, altered or made for something else', async () => {
  const refused = { code: 'UNAUTHENTICATED' };
  await expect(verifyToken(new Uint8Array(32).fill(8), token, nowMs)).rejects.toMatchObject(refused);
  await expect(verifyToken(key, 'rubbish', nowMs)).rejects.toMatchObject(refused);
  await expect(verifyToken(key, '', nowMs)).rejects.toMatchObject(refused);
  const [, payload = ''] = token.split('.');
  const unsigned = `${Buffer.from('{"alg":"none"}').toString('base64url')}.${payload}.`;
  await expect(verifyToken(key, unsigned, nowMs)).rejects.toMatchObject(refused);
  const sign = (claims: Record<string, unknown>, audience: string): Promise<string> =>
    new SignJWT(claims).setProtectedHeader({ alg: 'HS256' }).setSubject('agent').setAudience(audience).setExpirationTime(nowMs / 1000 + 60).sign(key);
  await expect(verifyToken(key, await sign({ identities }, 'galley'), nowMs)).rejects.toMatchObject(refused);
  await expect(verifyToken(key, await sign({}, 'citadel'), nowMs)).rejects.toMatchObject(refused);
  await expect(verifyToken(key, await sign({ identities: 'all' }, 'citadel'), nowMs)).rejects.toMatchObject(refused);
  const eternal = await new SignJWT({ identities }).setProtectedHeader({ alg: 'HS256' }).setSubject('agent').setAudience('citadel').sign(key);
  await expect(verifyToken(key, eternal, nowMs)).rejects.toMatchObject(refused);
});
