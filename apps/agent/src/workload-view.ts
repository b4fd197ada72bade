import { Type, type Static } from '@flotilla/admin';
import type { Attachment } from './attachment.ts';
import type { Origin } from './fleet.ts';
import { workloadSchema } from './workload.ts';

/** A workload as the admin API shows it. */
export const workloadViewSchema = Type.Object({
  workload: workloadSchema,
  state: Type.Enum(['starting', 'ready', 'stopping']),
  /** `file` and `api` say where it was named; `none`, that it is on its way out. */
  origin: Type.Enum(['file', 'api', 'none']),
  identity: Type.String(),
  certificate: Type.Union([Type.Object({ serial: Type.String(), notBefore: Type.String(), notAfter: Type.String() }), Type.Null()]),
  registered: Type.Boolean(),
  /** What the probe of its group found out last; null where nothing was. */
  health: Type.Union([Type.Object({ healthy: Type.Boolean(), message: Type.String() }), Type.Null()]),
  envoy: Type.Object({ pid: Type.Union([Type.Integer(), Type.Null()]), restarts: Type.Integer(), adopted: Type.Boolean() }),
  problems: Type.Array(Type.String()),
});

export type WorkloadView = Static<typeof workloadViewSchema>;

export function viewOf({ attachment, origin }: { readonly attachment: Attachment; readonly origin: Origin | undefined }): WorkloadView {
  const { workload, state, spiffeId, registered, problems, envoy } = attachment;
  const certificates = attachment.identity?.current();
  return {
    workload: { ...workload, moreAddresses: [...workload.moreAddresses], labels: { ...workload.labels }, ports: workload.ports.map((port) => ({ ...port })) },
    state,
    origin: origin ?? 'none',
    identity: spiffeId,
    certificate: certificates === undefined ? null : { serial: certificates.serial, notBefore: iso(certificates.notBefore), notAfter: iso(certificates.notAfter) },
    registered,
    health: attachment.health ?? null,
    envoy: { pid: envoy.pid ?? null, restarts: envoy.restarts, adopted: envoy.adopted },
    problems,
  };
}

function iso(ms: number): string {
  return new Date(ms).toISOString();
}
