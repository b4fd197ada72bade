import type { AdminApp } from '@flotilla/admin';
import { FlotillaError } from '@flotilla/errors';
import { kinds, type Kind } from '@flotilla/resources';

const verbs = ['create', 'delete', 'deletecollection', 'get', 'list', 'patch', 'update', 'watch'];

const hidden = { schema: { hide: true } };

/** Adds what Kubernetes' clients ask to find out which kinds there are. */
export function addDiscovery(app: AdminApp, version: string): void {
  app.get('/version', hidden, () => ({ major: '1', minor: '34', gitVersion: `v1.34.0+flotilla-${version}`, platform: 'linux/amd64' }));
  app.get('/api', hidden, () => ({ kind: 'APIVersions', versions: [], serverAddressByClientCIDRs: [] }));
  app.get('/apis', hidden, () => ({ kind: 'APIGroupList', apiVersion: 'v1', groups: groups().map(groupOf) }));
  app.get<{ Params: { group: string } }>('/apis/:group', hidden, ({ params: { group } }) => {
    if (!groups().includes(group)) throw new FlotillaError('NOT_FOUND', `there is no API group ${group}`);
    return { kind: 'APIGroup', apiVersion: 'v1', ...groupOf(group) };
  });
  app.get<{ Params: { group: string; version: string } }>('/apis/:group/:version', hidden, ({ params }) => {
    const found = kindsOf(params.group).filter((kind) => kind.versions.includes(params.version));
    if (found.length === 0) throw new FlotillaError('NOT_FOUND', `there is no API ${params.group}/${params.version}`);
    return { kind: 'APIResourceList', apiVersion: 'v1', groupVersion: `${params.group}/${params.version}`, resources: found.flatMap((kind) => [resourceOf(kind), statusOf(kind)]) };
  });
}

function groups(): string[] {
  return [...new Set(kinds.map((kind) => kind.group))];
}

function kindsOf(group: string): Kind[] {
  return kinds.filter((kind) => kind.group === group);
}

function groupOf(group: string): object {
  const versions = [...new Set(kindsOf(group).flatMap((kind) => kind.versions))].map((version) => ({ groupVersion: `${group}/${version}`, version }));
  return { name: group, versions, preferredVersion: versions[0] };
}

/** The status as a resource of its own: it can be read alone, and is written by nobody. */
function statusOf({ plural, kind }: Kind): object {
  return { name: `${plural}/status`, singularName: '', namespaced: true, kind, verbs: ['get'] };
}

function resourceOf({ plural, singular, kind, shortNames }: Kind): object {
  return { name: plural, singularName: singular, namespaced: true, kind, verbs, shortNames };
}
