import { fileURLToPath } from 'node:url';
import { expectGolden, goldenCases } from '@flotilla/testing';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parse, stringify } from 'yaml';
import { injectObject } from './inject-object.ts';
import { readInjectionOptions, type InjectionOptions } from './injection-options.ts';

const cases = goldenCases(fileURLToPath(new URL('testdata', import.meta.url)));

function optionsOf(document: unknown = {}): InjectionOptions {
  const read = readInjectionOptions(document);
  if ('problems' in read) throw new Error(JSON.stringify(read.problems));
  return read.options;
}

/** An input is an object, or one beside what the injection is told. */
function caseOf(input: string): { readonly object: unknown; readonly options: InjectionOptions } {
  const document = parse(input) as { readonly object?: unknown; readonly options?: unknown };
  return 'object' in document ? { object: document.object, options: optionsOf(document.options) } : { object: document, options: optionsOf() };
}

function injected(object: unknown, options = optionsOf()): unknown {
  const result = injectObject(object, options);
  if ('problems' in result) throw new Error(JSON.stringify(result.problems));
  return result.object;
}

const podOf = (metadata: object, spec: object = {}) => ({ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'a', namespace: 'default', ...metadata }, spec: { containers: [{ name: 'app', image: 'app:1' }], ...spec } });

describe('injection', () => {
  it.each(cases)('gives $name its proxy', ({ input, output }) => {
    const { object, options } = caseOf(input);
    expectGolden(output, stringify(injected(object, options), { lineWidth: 0, aliasDuplicateObjects: false }));
  });

  it.each(cases)('leaves $name alone the second time', ({ input }) => {
    const { object, options } = caseOf(input);
    const once = injected(object, options);
    expect(injected(once, options)).toEqual(once);
  });

  it('keeps everything that it does not know', () => {
    const text = fc.string({ minLength: 1, maxLength: 8 }).filter((name) => !['containers', 'initContainers', 'volumes', 'hostNetwork', '__proto__'].includes(name));
    fc.assert(
      fc.property(fc.dictionary(text, fc.json()), (more) => {
        const { spec } = injected(podOf({}, more)) as { spec: Record<string, unknown> };
        expect(spec).toMatchObject(more);
      }),
    );
  });

  it('tells all problems at once, each with its path', () => {
    const annotations = {
      'sidecar.istio.io/proxyCPU': 'much',
      'traffic.sidecar.istio.io/includeInboundPorts': '80,http',
      'traffic.sidecar.istio.io/excludeOutboundIPRanges': '10.0.0.0/64',
      'status.sidecar.istio.io/port': '70000',
      'sidecar.istio.io/interceptionMode': 'TPROXY',
      'inject.istio.io/templates': 'waypoint',
      'sidecar.istio.io/userVolume': '[]',
      'proxy.istio.io/config': 'concurrency: many',
    };
    const result = injectObject({ kind: 'Deployment', spec: { template: podOf({ annotations }) } }, optionsOf());
    const paths = 'problems' in result ? result.problems.map(({ path }) => path) : [];
    expect(paths.sort()).toEqual(Object.keys(annotations).map((name) => `spec.template.metadata.annotations["${name}"]`).sort());
  });

  it('refuses what is no pod by its shape', () => {
    expect(injectObject({ kind: 'Pod', spec: { containers: 'none' } }, optionsOf())).toEqual({ problems: [expect.objectContaining({ path: 'spec.containers' })] });
  });
});
