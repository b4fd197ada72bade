import type { Problem } from '@flotilla/errors';
import { checkDocument, isRecord, Place } from '@flotilla/resources';
import type { InjectionOptions } from './injection-options.ts';
import { interceptionContainer } from './interception-container.ts';
import { interceptionContainerName, proxyContainerName } from './names.ts';
import { mergeOwnContainer } from './own-container.ts';
import { podSchema, type Container, type Pod } from './pod.ts';
import { podSettings } from './pod-settings.ts';
import { rewriteProbes } from './probes.ts';
import { proxyAnnotations, proxyContainer, proxyLabels, proxyVolumes } from './proxy-container.ts';
import { proxyRole } from './templates.ts';

/** A pod with its proxy, or everything that is in the way of it. */
export type Injection = { readonly pod: Pod } | { readonly problems: readonly Problem[] };

const shapeOf = checkDocument<Pod>(podSchema, () => undefined);

/** Reads a pod or a template of pods. */
export function readPod(document: unknown): Injection {
  const problems = shapeOf(document);
  return problems.length > 0 ? { problems } : { pod: document as Pod };
}

/** Gives a pod its proxy, and what turns its traffic to it. Everything else of it stays as it is. */
export function injectPod(pod: Pod, options: InjectionOptions): Injection {
  const problems: Problem[] = [];
  const annotations = pod.metadata?.annotations ?? {};
  const place = Place.root(problems).at('metadata').at('annotations');
  const settings = podSettings(annotations, options, place);
  const role = proxyRole(annotations, place);
  if (problems.length > 0) return { problems };

  const { pod: probed, probes } = settings.rewriteAppProbes && settings.statusPort !== 0 && role === 'sidecar' ? rewriteProbes(pod, settings.statusPort) : { pod, probes: {} };
  const { initContainers = [], containers, volumes = [] } = probed.spec;
  const own = [...initContainers, ...containers].find(isProxy);
  const proxy = mergeOwnContainer<Container>(proxyContainer(probed, { role, settings, probes }), own ?? {});
  const interception: Container[] = role === 'sidecar' && settings.interceptionMode !== 'NONE' ? [interceptionContainer(settings)] : [];
  const added = proxyVolumes(settings).filter(({ name }) => !volumes.some((volume) => volume.name === name));

  const others = { init: initContainers.filter((container) => !isProxy(container) && container.name !== interceptionContainerName), app: containers.filter((container) => !isProxy(container)) };
  const native = proxy.restartPolicy === 'Always';
  // A native proxy starts before all that has a use for it; another one cannot, so what runs before it goes without.
  const first = native ? [...interception, proxy, ...others.init] : [...others.init, ...interception];
  const rest = native ? others.app : settings.holdApplicationUntilProxyStarts ? [proxy, ...others.app] : [...others.app, proxy];
  const names = (items: readonly { readonly name: string }[]): string[] => items.map(({ name }) => name);
  return {
    pod: {
      ...probed,
      metadata: {
        ...probed.metadata,
        labels: { ...probed.metadata?.labels, ...proxyLabels(probed, settings) },
        annotations: {
          ...annotations,
          ...proxyAnnotations(probed, { initContainers: names([...interception, ...(native ? [proxy] : [])]), containers: native ? [] : [proxyContainerName], volumes: names(added) }, settings),
        },
      },
      spec: { ...probed.spec, ...(first.length > 0 ? { initContainers: first } : {}), containers: rest, volumes: [...volumes, ...added] },
    },
  };
}

function isProxy(container: unknown): boolean {
  return isRecord(container) && container['name'] === proxyContainerName;
}
