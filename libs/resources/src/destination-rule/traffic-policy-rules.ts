import { checkOneAtMost } from '../validation/choice.ts';
import { faultOfDomainName } from '../validation/domain-name.ts';
import { checkDuration } from '../validation/duration.ts';
import { isIpAddress } from '../validation/address.ts';
import { checkPercent } from '../validation/percentage.ts';
import { each, type Place } from '../validation/place.ts';
import { checkClientTls } from './client-tls-rules.ts';
import { checkConnectionPool } from './connection-pool-rules.ts';
import { checkLoadBalancer } from './load-balancer-rules.ts';
import type { OutlierDetection } from './outlier-detection.ts';
import type { PortTrafficPolicy, TrafficPolicy, TunnelSettings } from './traffic-policy.ts';

/** @param namespace the DestinationRule's, as far as it says so; secrets are looked for there */
export function checkTrafficPolicy(policy: TrafficPolicy | undefined, namespace: string | undefined, at: Place): void {
  if (policy === undefined) return;
  if (Object.keys(policy).length === 0) at.refuse('must not be empty');
  checkBlocks(policy, namespace, at);
  each(policy.portLevelSettings, at.at('portLevelSettings'), (settings, here) => {
    if (Object.keys(settings).length === 1) here.refuse('must say more than the port', { allowed: 'loadBalancer, connectionPool, outlierDetection, tls' });
    checkBlocks(settings, namespace, here);
  });
  checkOneAtMost(policy, ['tunnel', 'proxyProtocol'], at);
  if (policy.tunnel !== undefined) checkTunnel(policy.tunnel, at.at('tunnel'));
  const { retryBudget } = policy;
  checkPercent(retryBudget?.percent, at.at('retryBudget').at('percent'));
  checkDuration(retryBudget?.budgetInterval, at.at('retryBudget').at('budgetInterval'));
}

type Blocks = Omit<PortTrafficPolicy, 'port'>;

function checkBlocks({ loadBalancer, connectionPool, outlierDetection, tls }: Blocks, namespace: string | undefined, at: Place): void {
  if (loadBalancer !== undefined) checkLoadBalancer(loadBalancer, outlierDetection !== undefined, at.at('loadBalancer'));
  if (connectionPool !== undefined) checkConnectionPool(connectionPool, at.at('connectionPool'));
  if (outlierDetection !== undefined) checkOutlierDetection(outlierDetection, at.at('outlierDetection'));
  if (tls !== undefined) checkClientTls(tls, namespace, at.at('tls'));
}

/** What the schema cannot say of when endpoints are left out. */
export function checkOutlierDetection(outlier: OutlierDetection, at: Place): void {
  checkDuration(outlier.interval, at.at('interval'));
  checkDuration(outlier.baseEjectionTime, at.at('baseEjectionTime'));
  checkPercent(outlier.maxEjectionPercent, at.at('maxEjectionPercent'));
  checkPercent(outlier.minHealthPercent, at.at('minHealthPercent'));
  if (outlier.consecutiveErrors) at.at('consecutiveErrors').warn('is deprecated', { allowed: 'consecutiveGatewayErrors or consecutive5xxErrors' });
  if (outlier.consecutiveLocalOriginFailures && outlier.splitExternalLocalOriginErrors !== true) {
    at.at('consecutiveLocalOriginFailures').refuse('is counted only where splitExternalLocalOriginErrors is true', { found: outlier.consecutiveLocalOriginFailures });
  }
}

function checkTunnel({ protocol = '', targetHost }: TunnelSettings, at: Place): void {
  if (!['', 'CONNECT', 'POST'].includes(protocol)) at.at('protocol').refuse('is not a way to tunnel', { found: protocol, allowed: 'CONNECT, POST' });
  if (!isIpAddress(targetHost) && faultOfDomainName(targetHost) !== undefined) at.at('targetHost').refuse('is neither an IP address nor a DNS name', { found: targetHost });
}
