import { describe, expect, it } from 'vitest';
import { apiVersionsOf, jsonSchemaOf, kindNamed, kindOfPlural, kinds } from './kinds.ts';

describe('kinds', () => {
  it('are found by name, by name and version, and by the plural of a REST path', () => {
    for (const kind of kinds) {
      expect(kindNamed(kind.kind)).toBe(kind);
      for (const apiVersion of apiVersionsOf(kind)) expect(kindNamed(kind.kind, apiVersion)).toBe(kind);
      expect(kindOfPlural(kind.group, kind.plural)).toBe(kind);
    }
    expect(kindNamed('VirtualService', 'networking.istio.io/v2')).toBeUndefined();
    expect(kindNamed('Pod')).toBeUndefined();
    expect(kindOfPlural('networking.istio.io', 'denylists')).toBeUndefined();
  });

  it('have names of their own, short ones too', () => {
    const names = kinds.flatMap(({ singular, plural, shortNames }) => [singular, plural, ...shortNames]);
    expect(new Set(names).size).toBe(names.length);
  });

  it('give plain JSON Schema, closed against unknown fields', () => {
    for (const kind of kinds) {
      const schema = JSON.parse(JSON.stringify(jsonSchemaOf(kind))) as Record<string, unknown>;
      expect(schema).toMatchObject({
        type: 'object',
        required: ['apiVersion', 'kind', 'metadata', 'spec'],
        additionalProperties: false,
        properties: { apiVersion: { enum: apiVersionsOf(kind) }, spec: { type: 'object', additionalProperties: false } },
      });
    }
  });
});
