import { records } from '@flotilla/kubernetes';
import { isControlPlane } from '../control-plane.ts';
import { settingAt } from '../mesh-settings.ts';
import { podTemplate, proxyContainer } from '../pod-spec.ts';
import { objectRule } from '../rule.ts';

/** The user that sidecars run as: what it sends is not intercepted. */
const proxyUser = 1337;

/** Applications that run as the sidecar's user. */
export const applicationUser = objectRule(['Pod', 'Deployment'], {
  analyzer: 'applicationUID.Analyzer',
  codes: ['IST0144'],
  *check(object) {
    if (isControlPlane(object)) return;
    const { spec } = podTemplate(object);
    const runAs = [spec, ...records(spec['containers']).filter(({ name }) => name !== proxyContainer)].map((part) => settingAt(part, 'securityContext', 'runAsUser'));
    if (runAs.includes(proxyUser)) yield { code: 'IST0144', text: `The user ${proxyUser} is the sidecar's: what the application sends as this user is not intercepted.` };
  },
});
