import { Resolver } from 'node:dns/promises';
import { expect, it } from 'vitest';
import { startDnsServer } from './dns-server.ts';

it('answers with the addresses that a name has at the time', async () => {
  const server = await startDnsServer();
  const resolver = new Resolver();
  resolver.setServers([server.address]);
  try {
    await expect(resolver.resolve4('a.example.com')).rejects.toThrow('ENOTFOUND');
    for (const addresses of [['192.0.2.1'], ['192.0.2.2', '192.0.2.3']]) {
      server.set('a.example.com', addresses);
      expect(await resolver.resolve4('a.example.com')).toEqual(addresses);
    }
    await expect(resolver.resolve6('a.example.com')).rejects.toThrow('ENODATA');
  } finally {
    await server.close();
  }
});
