import type { Static } from 'typebox';
import { message } from '../schema/message.ts';
import { limit, text, textMap } from '../schema/scalars.ts';
import { MatchLabelsSelector } from '../schema/workload-selector.ts';

/** How the proxies themselves are run. https://istio.io/latest/docs/reference/config/networking/proxy-config/ */
export const ProxyConfigSpec = message(
  {},
  {
    selector: MatchLabelsSelector,
    concurrency: limit({ description: 'Worker threads; 0 is one for each core.' }),
    environmentVariables: textMap(),
    image: message({}, { imageType: text() }),
  },
  'How the proxies of selected workloads, of a namespace or of the mesh are run.',
);
export type ProxyConfigSpec = Static<typeof ProxyConfigSpec>;
