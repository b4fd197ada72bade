import { fullHost, seenService, servicesNamed, type Service } from '@flotilla/mesh';
import type { NearMiss } from '../explanation.ts';
import { authorityOf } from '../request.ts';
import type { Question } from './question.ts';
import { requestedHost } from './requested-host.ts';
import { written } from './service-causes.ts';
import { egressPlace } from './sidecar-causes.ts';

/** The services of a host that nobody was found for, and why the proxy does not know them: they are not for it, or have no such port. */
export function closeServices(question: Question): NearMiss[] {
  const { snapshot, scope, request } = question;
  const host = requestedHost(request);
  if (host === '' || scope.type === 'gateway') return [];
  const { domainSuffix } = snapshot.mesh;
  const names = new Set([host, fullHost(host, scope.namespace, domainSuffix), `${host}.${domainSuffix}`, `${host.replace(/\.svc$/, '')}.${domainSuffix}`]);
  return [...names].flatMap((name) => servicesNamed(snapshot, name)).flatMap((service) => closeService(question, service) ?? []);
}

function closeService(question: Question, service: Service): NearMiss | undefined {
  const { scope, request } = question;
  const [source = ''] = service.sources;
  const because = (reason: string, resource: string, path: string): NearMiss => ({ at: 'virtualHost', name: service.host, reason, resource, path });
  if (seenService({ namespace: scope.namespace }, service) === undefined) return because(`is for ${service.exportTo.join(', ')}, the proxy is in ${scope.namespace}`, written(source), 'spec.exportTo');
  const [, spoken] = /:(\d+)$/.exec(authorityOf(request)) ?? [];
  const port = Number(spoken ?? request.port);
  if (!service.ports.some(({ number }) => number === port)) return because(`has the ports ${service.ports.map(({ number }) => number).join(', ')}, the request is for ${port}`, written(source), 'spec.ports');
  const place = egressPlace(question);
  const hidden = seenService(scope, service)?.ports.some(({ number }) => number === port) !== true;
  return place !== undefined && hidden ? because('is not among the hosts that the Sidecar imports', place.resource, `${place.path}${place.path.endsWith(']') ? '.hosts' : ''}`) : undefined;
}
