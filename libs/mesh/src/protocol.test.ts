import { expect, test } from 'vitest';
import { protocolOf } from './protocol.ts';

test.each([
  ['HTTP', 'tcp', 'HTTP'],
  ['http2', 'x', 'HTTP2'],
  ['GRPC-Web', 'x', 'GRPC'],
  ['HTTPS', 'x', 'TLS'],
  ['MONGO', 'http', 'TCP'],
  [undefined, 'http', 'HTTP'],
  [undefined, 'grpc-web-ui', 'GRPC'],
  ['', 'http2-api', 'HTTP2'],
  [undefined, 'tls-x', 'TLS'],
  [undefined, 'mysql-main', 'TCP'],
  [undefined, 'redis-cache', 'TCP'],
  [undefined, 'httpd', 'AUTO'],
  [undefined, '', 'AUTO'],
])('protocol %s of a port named %s is %s', (declared, name, protocol) => {
  expect(protocolOf(declared, name)).toBe(protocol);
});
