import { type Static } from 'typebox';
import { ConnectionPoolSettings } from '../destination-rule/connection-pool.ts';
import { OutlierDetection } from '../destination-rule/outlier-detection.ts';
import { message } from '../schema/message.ts';
import { unread, unreadList } from './unread.ts';

/** What DestinationRules' traffic policies say where they do not say it. Istio has the form of those, and reads two of its blocks. */
export const DefaultTrafficPolicy = message(
  {},
  {
    connectionPool: ConnectionPoolSettings,
    outlierDetection: OutlierDetection,
    loadBalancer: unread(),
    tls: unread(),
    portLevelSettings: unreadList(),
    tunnel: unread(),
    proxyProtocol: unread(),
    retryBudget: unread(),
  },
);
export type DefaultTrafficPolicy = Static<typeof DefaultTrafficPolicy>;
