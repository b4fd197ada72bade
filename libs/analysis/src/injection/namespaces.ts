import { isSystemNamespace } from '../control-plane.ts';
import { settingAt } from '../mesh-settings.ts';
import { objectRule } from '../rule.ts';
import { injectionLabel, revisionLabel } from './injected.ts';
import { injectorValues } from './injector.ts';
import { isTaken } from './webhooks.ts';

/** Namespaces that do not say whether their pods get sidecars, or say it in several ways. */
export const namespaceInjection = objectRule(['Namespace'], {
  analyzer: 'injection.Analyzer',
  codes: ['IST0102', 'IST0123', 'IST0148'],
  // Without Istio's ConfigMap, its webhooks say what is on by default.
  needs: ['MutatingWebhookConfiguration'],
  *check({ metadata: { name, labels } }, view) {
    if (name === view.snapshot.mesh.rootNamespace || isSystemNamespace(name)) return;
    const injection = labels[injectionLabel];
    if (injection !== undefined && injection !== 'enabled') return;
    const asked = [injectionLabel, revisionLabel].filter((label) => labels[label] !== undefined);
    const ambient = labels[dataplaneLabel] === 'ambient' ? [dataplaneLabel] : [];
    const ways = [...asked, ...ambient];
    if (ways.length > 1) yield { code: 'IST0123', path: 'metadata.labels', text: `The labels ${ways.join(', ')} each ask for another way into the mesh; only one may be there.` };
    if (ways.length > 0) return;
    if (settingAt(injectorValues(view, undefined), 'sidecarInjectorWebhook', 'enableNamespacesByDefault') === true || isTaken({}, labels, view)) yield { code: 'IST0148', text: `Pods of ${name} get sidecars, for injection is on by default.` };
    else yield { code: 'IST0102', text: `Pods of ${name} get no sidecars. To have them, label the namespace ${injectionLabel}=enabled; to say that none are wanted, ${injectionLabel}=disabled.` };
  },
});

const dataplaneLabel = 'istio.io/dataplane-mode';
