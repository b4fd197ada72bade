import { Type, type Static } from 'typebox';
import { message } from '../schema/message.ts';
import { double, duration, flag, oneOf, text, texts, uint32, uint64 } from '../schema/scalars.ts';

export const HTTPCookie = message(
  { name: text() },
  { path: text(), ttl: duration(), attributes: Type.Array(message({ name: text() }, { value: text() })) },
);
export type HTTPCookie = Static<typeof HTTPCookie>;

/** The same client keeps reaching the same endpoint, as far as endpoints stay. */
export const ConsistentHashLB = message(
  {},
  {
    httpHeaderName: text(),
    httpCookie: HTTPCookie,
    useSourceIp: flag(),
    httpQueryParameterName: text(),
    ringHash: message({}, { minimumRingSize: uint64() }),
    maglev: message({}, { tableSize: uint64() }),
    minimumRingSize: uint64({ deprecated: true }),
  },
);
export type ConsistentHashLB = Static<typeof ConsistentHashLB>;

export const BackendUtilizationLB = message(
  {},
  {
    weightStabilizationPeriod: duration(),
    weightExpirationPeriod: duration(),
    weightUpdatePeriod: duration(),
    errorUtilizationPenaltyPercent: uint32(),
    metricNamesForComputingUtilization: texts(),
  },
);
export type BackendUtilizationLB = Static<typeof BackendUtilizationLB>;

const Failover = message({ from: text(), to: text() }, {});

export const LocalityLoadBalancerSetting = message(
  {},
  {
    distribute: Type.Array(message({ from: text(), to: Type.Record(Type.String(), uint32()) }, {})),
    failover: Type.Array(Failover),
    failoverPriority: texts(),
    enabled: flag(),
  },
);
export type LocalityLoadBalancerSetting = Static<typeof LocalityLoadBalancerSetting>;

export const ZoneAwareLoadBalancerSetting = message(
  {},
  { enabled: flag(), failover: Type.Array(Failover), failoverPriority: texts(), minClusterSize: uint32() },
);
export type ZoneAwareLoadBalancerSetting = Static<typeof ZoneAwareLoadBalancerSetting>;

export const WarmupConfiguration = message({ duration: duration() }, { minimumPercent: double(), aggression: double() });
export type WarmupConfiguration = Static<typeof WarmupConfiguration>;

export const SimpleLB = oneOf('UNSPECIFIED', 'LEAST_CONN', 'RANDOM', 'PASSTHROUGH', 'ROUND_ROBIN', 'LEAST_REQUEST');
export type SimpleLB = Static<typeof SimpleLB>;

export const LoadBalancerSettings = message(
  {},
  {
    simple: SimpleLB,
    consistentHash: ConsistentHashLB,
    backendUtilization: BackendUtilizationLB,
    localityLbSetting: LocalityLoadBalancerSetting,
    zoneAwareLbSetting: ZoneAwareLoadBalancerSetting,
    warmupDurationSecs: duration({ deprecated: true }),
    warmup: WarmupConfiguration,
  },
);
export type LoadBalancerSettings = Static<typeof LoadBalancerSettings>;
