import type { ProxyStatus } from '@flotilla/xds';
import { expect, it } from 'vitest';
import { proxyMeant } from './proxy-meant.ts';

const idOf = (workload: string): string => `sidecar~10.0.0.1~${workload}~${workload.split('.')[1]}.svc.cluster.local`;

function meant(wanted: string, ...workloads: readonly string[]): string {
  const proxies = workloads.map((workload) => ({ id: idOf(workload) }) as ProxyStatus);
  return proxyMeant({ proxy: (id) => proxies.find((proxy) => proxy.id === id), proxies: () => proxies }, wanted).id;
}

it('finds a proxy by its id, its workload and namespace, or its workload alone', () => {
  for (const name of [idOf('web.shop'), 'web.shop', 'web']) expect(meant(name, 'web.shop', 'cart.shop')).toBe(idOf('web.shop'));
});

it('says what there is where it finds none, or several', () => {
  expect(() => meant('web')).toThrow(expect.objectContaining({ code: 'NOT_FOUND', message: 'No proxy is connected.' }));
  expect(() => meant('we', 'web.shop', 'cart.shop')).toThrow(expect.objectContaining({ code: 'NOT_FOUND', message: 'No proxy "we" is connected; there are cart.shop, web.shop.' }));
  expect(() => meant('web', 'web.shop', 'web.other')).toThrow(expect.objectContaining({ code: 'MALFORMED_REQUEST', message: '"web" could be any of web.other, web.shop.' }));
});
