import { FlotillaError } from '@flotilla/errors';
import { expect, it } from 'vitest';
import { readWorkload, readWorkloads } from './read-workloads.ts';

function problemsOf(read: () => unknown): string[] {
  try {
    read();
  } catch (error) {
    if (error instanceof FlotillaError) return error.problems.map(({ path, message }) => `${path}: ${message}`);
    throw error;
  }
  return [];
}

it('fills in what is left out', () => {
  expect(readWorkloads('- {name: a, address: 127.20.0.9, ports: [{name: http, number: 80, app: "127.0.0.1:8080"}]}', 'file')).toEqual([
    { name: 'a', namespace: 'default', serviceAccount: 'default', type: 'sidecar', labels: {}, address: '127.20.0.9', ports: [{ name: 'http', number: 80, app: '127.0.0.1:8080' }], moreAddresses: [], interception: 'NONE' },
  ]);
  expect(readWorkloads('[]', 'file')).toEqual([]);
});

it('tells everything that is wrong at once', () => {
  const text = `
- name: Reviews
  address: nowhere
  httpProxyPort: 15002
  colour: red
  ports:
  - { name: http, number: 99999, app: "127.0.0.1:1" }
  - { name: grpc, number: 90 }
- { name: a, address: 127.20.0.9, httpProxyPort: 80, ports: [{ name: http, number: 80, app: "127.0.0.1:8080" }, { name: http, number: 81, app: "localhost:1" }] }
- { name: a, address: 127.20.0.9, bind: 127.0.0.1 }
- { name: gateway, type: gateway, address: 127.20.0.1, httpProxyPort: 1, bind: "*" }
`;
  expect(problemsOf(() => readWorkloads(text, 'file')).sort()).toEqual([
    '[0].address: is not an IP address',
    '[0].colour: is not a known field',
    '[0].name: does not have the right form',
    '[0].ports[0].number: is too large',
    '[0].ports[1].app: is required',
    '[1].httpProxyPort: is a place where something else listens already',
    '[1].ports[1].app: is not an IP address with a port',
    '[1].ports[1].name: is the name of another port',
    '[2].bind: is for gateways only',
    '[2].name: is the name of another workload of this namespace',
    '[3].bind: is not an IP address',
    '[3].httpProxyPort: is for sidecars only',
  ]);
});

it('takes a file that is empty, or half written, for a mistake', () => {
  expect(problemsOf(() => readWorkloads('', 'file'))).toEqual([': must be a list']);
  expect(problemsOf(() => readWorkloads('- {name: a, addr', 'file')).length).toBeGreaterThan(0);
});

it('names the fields of a single workload without an index', () => {
  expect(problemsOf(() => readWorkload({ name: 'a' }))).toEqual(['address: is required']);
  expect(problemsOf(() => readWorkload('a'))).toEqual([': must be a map of fields']);
});
