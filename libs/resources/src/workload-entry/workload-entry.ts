import { Type, type Static } from 'typebox';
import { message } from '../schema/message.ts';
import { port, text, textMap, uint32 } from '../schema/scalars.ts';

/** One workload's address. https://istio.io/latest/docs/reference/config/networking/workload-entry/ */
export const WorkloadEntrySpec = message(
  {},
  {
    address: text(),
    ports: Type.Record(Type.String(), port()),
    labels: textMap(),
    network: text(),
    locality: text(),
    weight: uint32(),
    serviceAccount: text(),
  },
  'One workload: its address, its labels and what it runs as.',
);
export type WorkloadEntrySpec = Static<typeof WorkloadEntrySpec>;
