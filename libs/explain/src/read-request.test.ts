import { expect, it } from 'vitest';
import { readRequest } from './read-request.ts';

it('reads a URL', () => {
  expect(readRequest({ url: 'https://shop.example.com/cart?x=1', method: 'POST' })).toMatchObject({
    request: { port: 443, protocol: 'http', tls: 'tls', sni: 'shop.example.com', alpn: ['http/1.1'], method: 'POST', path: '/cart?x=1', headers: { host: ['shop.example.com'] } },
  });
  expect(readRequest({ url: 'http://reviews:9080' })).toMatchObject({ request: { port: 9080, tls: 'plaintext', sni: '', path: '/', headers: { host: ['reviews:9080'] } } });
});

it('fills a call in from its defaults', () => {
  expect(readRequest({ name: 'x', call: { port: 80, tls: 'mtls', callMode: 'inbound' }, defaults: { port: 81, protocol: 'http', address: '1.2.3.4' } })).toMatchObject({
    request: { direction: 'inbound', address: '1.2.3.4', port: 80, alpn: ['istio-http/1.1'], certificate: 'default' },
  });
});

it('takes what names no protocol for bytes', () => {
  expect(readRequest({ port: 9999, protocol: '' })).toMatchObject({ request: { protocol: 'tcp', sni: '' } });
});

it('tells everything that is wrong', () => {
  expect(readRequest({ port: 0, protocol: 'smtp', tls: 'yes' })).toMatchObject({ problems: [{ path: 'protocol', found: 'smtp' }, { path: 'tls', found: 'yes' }, { path: 'port' }] });
  expect(readRequest('reviews')).toMatchObject({ problems: [{ path: '' }] });
  for (const url of ['reviews', 'http://[::1', 'ftp://reviews/']) expect(readRequest({ url })).toMatchObject({ problems: [{ path: 'url', found: url }] });
});
