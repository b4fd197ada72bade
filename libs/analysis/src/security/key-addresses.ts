import { records } from '@flotilla/kubernetes';
import { podTemplate } from '../pod-spec.ts';
import { objectRule } from '../rule.ts';

const setting = 'BLOCKED_CIDRS_IN_JWKS_URIS';

/** An istiod that fetches the keys of RequestAuthentications from any address. */
export const keyAddresses = objectRule(['Deployment'], {
  analyzer: 'authn.BlockedCIDRsAnalyzer',
  codes: ['IST0175'],
  needs: ['RequestAuthentication'],
  *check(deployment, { objects }) {
    const count = objects.ofKind('RequestAuthentication').length;
    if (deployment.metadata.labels['app'] !== 'istiod' || count === 0) return;
    const settings = records(podTemplate(deployment).spec['containers']).flatMap(({ env }) => records(env));
    const limited = settings.some(({ name, value, valueFrom }) => name === setting && (Boolean(value) || valueFrom !== undefined));
    if (!limited) yield { code: 'IST0175', text: `${setting} is not set, and ${count} RequestAuthentication(s) may name any address to fetch keys from.` };
  },
});
