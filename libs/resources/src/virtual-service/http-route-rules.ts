import { checkDuration } from '../validation/duration.ts';
import { checkPercentage, checkPercent } from '../validation/percentage.ts';
import { each, type Place } from '../validation/place.ts';
import { checkCors } from './cors-rules.ts';
import { checkDestination, checkWeights } from './destination-rules.ts';
import { checkFault } from './fault-rules.ts';
import { checkAuthorityOnce, checkHeaders } from './headers-rules.ts';
import { checkHttpMatch } from './match-rules.ts';
import { checkDirectResponse, checkRedirect, checkRewrite } from './response-rules.ts';
import { checkRetries } from './retry-rules.ts';
import type { HTTPRoute } from './virtual-service.ts';

/**
 * One rule of a VirtualService.
 * @param delegate whether the VirtualService has no hosts, so that others delegate to it
 */
export function checkHttpRoute(route: HTTPRoute, delegate: boolean, at: Place): void {
  checkOneAction(route, delegate, at);
  each(route.match, at.at('match'), checkHttpMatch);
  each(route.route, at.at('route'), ({ destination, headers }, here) => {
    checkDestination(destination, here.at('destination'));
    checkHeaders(headers, here.at('headers'));
  });
  checkWeights(route.route, at.at('route'));
  checkHeaders(route.headers, at.at('headers'));
  checkCors(route.corsPolicy, at.at('corsPolicy'));
  checkFault(route.fault, at.at('fault'));
  checkMirrors(route, at);
  checkRedirect(route.redirect, route.match, at.at('redirect'));
  checkDirectResponse(route.directResponse, at.at('directResponse'));
  checkRetries(route.retries, at.at('retries'));
  checkRewrite(route.rewrite, at.at('rewrite'));
  checkAuthorityOnce(route.rewrite?.authority, route.headers, at);
  checkDuration(route.timeout, at.at('timeout'));
}

const actions = ['route', 'redirect', 'directResponse'] as const;

/** A rule does one thing: it forwards, redirects, answers, or leaves that to a delegate. */
function checkOneAction(rule: HTTPRoute, delegate: boolean, at: Place): void {
  const taken = actions.filter((action) => (action === 'route' ? rule.route?.length : rule[action]) as unknown);
  if (rule.delegate !== undefined && !delegate) {
    for (const action of actions) if (rule[action] !== undefined) at.at(action).refuse('cannot be given in a rule that delegates');
    return;
  }
  if (rule.delegate !== undefined) at.at('delegate').refuse('cannot be given without hosts: a delegate cannot delegate again');
  if (taken.length === 0) at.refuse('must do something', { allowed: delegate ? actions.join(', ') : `${actions.join(', ')} or delegate` });
  if (taken.length > 1) at.refuse(`has ${taken.join(' and ')}, of which only one may be given`);
  const [answer] = taken.filter((action) => action !== 'route');
  if (answer === undefined) return;
  for (const field of ['fault', 'rewrite'] as const) {
    if (rule[field] !== undefined) at.at(field).refuse(`cannot be given together with ${answer}`);
  }
}

function checkMirrors({ mirror, mirrors, mirrorPercent, mirrorPercentage }: HTTPRoute, at: Place): void {
  if (mirror !== undefined) checkDestination(mirror, at.at('mirror'));
  if (mirror !== undefined && mirrors?.length) at.refuse('has mirror and mirrors, of which only one may be given', { allowed: 'mirrors' });
  each(mirrors, at.at('mirrors'), ({ destination, percentage }, here) => {
    checkDestination(destination, here.at('destination'));
    checkPercentage(percentage, here.at('percentage'));
  });
  checkPercent(mirrorPercent, at.at('mirrorPercent'));
  if (mirrorPercent !== undefined) at.at('mirrorPercent').warn('is deprecated', { allowed: 'mirrorPercentage' });
  checkPercentage(mirrorPercentage, at.at('mirrorPercentage'));
}
