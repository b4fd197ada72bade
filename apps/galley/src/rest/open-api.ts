import type { AdminApp } from '@flotilla/admin';
import { FlotillaError } from '@flotilla/errors';
import { jsonSchemaOf, kinds, type Kind } from '@flotilla/resources';

const hidden = { schema: { hide: true } };

interface Version {
  readonly group: string;
  readonly version: string;
}

/**
 * Adds the description of the kinds that Kubernetes' clients ask for: `kubectl explain` reads the schemas, `kubectl apply`
 * that documents are checked here.
 * https://kubernetes.io/docs/concepts/overview/kubernetes-api/#openapi-v3
 */
export function addOpenApi(app: AdminApp, appVersion: string): void {
  app.get('/openapi/v3', hidden, () => ({
    paths: Object.fromEntries(versions().map(({ group, version }) => [`apis/${group}/${version}`, { serverRelativeURL: `/openapi/v3/apis/${group}/${version}?hash=${appVersion}` }])),
  }));
  app.get<{ Params: Version }>('/openapi/v3/apis/:group/:version', hidden, ({ params: { group, version } }) => {
    const described = kinds.filter((kind) => kind.group === group && kind.versions.includes(version));
    if (described.length === 0) throw new FlotillaError('NOT_FOUND', `there is no API ${group}/${version}`);
    return {
      openapi: '3.0.0',
      info: { title: 'Flotilla', version: appVersion },
      paths: Object.fromEntries(described.map((kind) => [`/apis/${group}/${version}/namespaces/{namespace}/${kind.plural}/{name}`, { patch: patchOf(kind, version) }])),
      components: { schemas: Object.fromEntries(described.map((kind) => [schemaName(kind, version), { ...jsonSchemaOf(kind), ...named(kind, version) }])) },
    };
  });
}

function versions(): Version[] {
  const all = kinds.flatMap(({ group, versions }) => versions.map((version) => [`${group}/${version}`, { group, version }] as const));
  return [...new Map(all).values()];
}

/** Fields are always checked: the parameter that asks for it is there for clients that would check them by themselves otherwise. */
function patchOf(kind: Kind, version: string): object {
  const parameter = { in: 'query', name: 'fieldValidation', description: 'Fields are always checked strictly.', schema: { type: 'string' } };
  return {
    'x-kubernetes-action': 'patch',
    'x-kubernetes-group-version-kind': { group: kind.group, version, kind: kind.kind },
    parameters: [parameter],
    responses: { 200: { description: 'OK', content: { 'application/json': { schema: { $ref: `#/components/schemas/${schemaName(kind, version)}` } } } } },
  };
}

function named({ group, kind }: Kind, version: string): object {
  return { 'x-kubernetes-group-version-kind': [{ group, version, kind }] };
}

/** `io.istio.networking.v1.VirtualService`: the group backwards, as Kubernetes names its own. */
function schemaName({ group, kind }: Kind, version: string): string {
  return [...group.split('.').reverse(), version, kind].join('.');
}
