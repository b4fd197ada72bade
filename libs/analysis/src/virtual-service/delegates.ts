import { isVisible, resourceKey } from '@flotilla/resources';
import { resourceRule } from '../rule.ts';

/** Delegates that are not there, that have hosts of their own, or that are not for the namespace of who names them. */
export const delegates = resourceRule('VirtualService', {
  analyzer: 'virtualservice.DelegateAnalyzer',
  codes: ['IST0101'],
  *check({ metadata, spec }, { snapshot }) {
    for (const [at, { delegate }] of (spec.http ?? []).entries()) {
      if (delegate === undefined) continue;
      const namespace = delegate.namespace || metadata.namespace;
      const found = snapshot.resources.get(resourceKey({ kind: 'VirtualService', metadata: { name: delegate.name, namespace } }));
      const usable = found?.kind === 'VirtualService' && !found.spec.hosts?.length && isVisible(found.spec.exportTo, namespace, metadata.namespace, snapshot.mesh.defaultExportTo.virtualService);
      if (!usable) yield { code: 'IST0101', path: `spec.http[${at}].delegate`, text: `The delegate "${namespace}/${delegate.name}" is not found among the VirtualServices without hosts that ${metadata.namespace} sees.` };
    }
  },
});
