import { defaultMeshConfig, type Endpoint } from '@flotilla/mesh';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { throughGateways, type NetworkView } from './networks.ts';

const port = { number: 80, name: 'http', protocol: 'HTTP', targetPort: 80 } as const;
const endpoint = fc.record({
  address: fc.integer({ min: 1, max: 250 }).map((last) => `10.0.0.${last}`),
  network: fc.constantFrom('', 'lan', 'vpn', 'dmz', 'other'),
  weight: fc.integer({ min: 0, max: 5 }),
  mutualTls: fc.boolean(),
});
const gateways = fc.uniqueArray(fc.integer({ min: 1, max: 250 }), { minLength: 1, maxLength: 4 }).map((lasts) => lasts.map((last) => ({ address: `192.0.2.${last}`, port: 15443 })));
const view: fc.Arbitrary<NetworkView> = fc.record({ own: fc.constantFrom('', 'lan', 'vpn'), gateways: fc.record({ vpn: gateways, dmz: gateways }).map((of) => new Map(Object.entries(of))) });

const total = (endpoints: readonly Pick<Endpoint, 'weight'>[]): number => endpoints.reduce((sum, { weight }) => sum + (weight === 0 ? 1 : weight), 0);

it('keeps the shares of all that can be reached, in whole numbers, and shows no address of a network behind gateways', () => {
  fc.assert(
    fc.property(fc.array(endpoint, { minLength: 1, maxLength: 6 }), view, (described, seen) => {
      const endpoints = described.map((one): Endpoint => ({ ...one, namespace: 'default', ports: {}, labels: {}, locality: '', serviceAccount: '', healthy: true, mutualTlsPorts: {} }));
      const behind = ({ network }: Pick<Endpoint, 'network'>): boolean => seen.own !== '' && network !== seen.own && seen.gateways.has(network);
      const reached = endpoints.filter((one) => !behind(one) || one.mutualTls);
      const groups = throughGateways([{ locality: '', priority: 0, weight: total(endpoints), endpoints }], port, {}, seen, defaultMeshConfig);
      const now = groups.flatMap((group) => group.endpoints);
      expect(now.every(({ weight }) => Number.isInteger(weight))).toBe(true);
      const scale = reached.length === 0 ? 0 : total(now) / total(reached);
      expect(Number.isInteger(scale)).toBe(true);
      for (const network of ['vpn', 'dmz']) {
        const own = reached.filter((one) => one.network === network && behind(one));
        const addresses = new Set(own.length === 0 ? [] : seen.gateways.get(network)?.map(({ address }) => address));
        expect(total(now.filter((one) => one.network === network && addresses.has(one.address)))).toBe(total(own) * scale);
      }
      expect(now.filter((one) => behind(one) && one.address.startsWith('10.'))).toEqual([]);
    }),
  );
});
