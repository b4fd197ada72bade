import { meshSettings, settingAt } from '../mesh-settings.ts';
import { resourceRule } from '../rule.ts';
import { perView } from '../view.ts';

/** TCP ports of services without an address: their connections are known by the port alone. */
export const serviceEntryAddresses = resourceRule('ServiceEntry', {
  analyzer: 'serviceentry.Analyzer',
  codes: ['IST0134'],
  *check({ spec }, view) {
    if (spec.addresses !== undefined || allocatesAddresses(view)) return;
    for (const [at, { number, protocol }] of (spec.ports ?? []).entries()) {
      if (!['', 'TCP'].includes((protocol ?? '').toUpperCase())) continue;
      yield { code: 'IST0134', path: `spec.ports[${at}]`, text: `Port ${number} is TCP, and there are no addresses to tell its connections from those of other hosts.` };
    }
  },
});

/** Whether sidecars resolve names themselves, to addresses that are given to services without any. */
export const allocatesAddresses = perView((view) => {
  const metadata = settingAt(meshSettings(view), 'defaultConfig', 'proxyMetadata');
  return settingAt(metadata, 'ISTIO_META_DNS_CAPTURE') === 'true' && settingAt(metadata, 'ISTIO_META_DNS_AUTO_ALLOCATE') === 'true';
});
