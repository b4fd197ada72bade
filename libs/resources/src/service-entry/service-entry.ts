import { Type, type Static } from 'typebox';
import { message } from '../schema/message.ts';
import { oneOf, port, portOrZero, text, texts } from '../schema/scalars.ts';
import { LabelsSelector } from '../schema/workload-selector.ts';
import { WorkloadEntrySpec } from '../workload-entry/workload-entry.ts';

export const ServicePort = message({ number: port(), name: text() }, { protocol: text(), targetPort: portOrZero() });
export type ServicePort = Static<typeof ServicePort>;

/** A service the mesh would not know otherwise. https://istio.io/latest/docs/reference/config/networking/service-entry/ */
export const ServiceEntrySpec = message(
  { hosts: texts() },
  {
    addresses: texts(),
    ports: Type.Array(ServicePort),
    location: oneOf('MESH_EXTERNAL', 'MESH_INTERNAL'),
    resolution: oneOf('NONE', 'STATIC', 'DNS', 'DNS_ROUND_ROBIN', 'DYNAMIC_DNS'),
    endpoints: Type.Array(WorkloadEntrySpec),
    workloadSelector: LabelsSelector,
    exportTo: texts(),
    subjectAltNames: texts(),
  },
  'A service added to those the mesh knows.',
);
export type ServiceEntrySpec = Static<typeof ServiceEntrySpec>;
