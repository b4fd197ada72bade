import { records } from '@flotilla/kubernetes';
import { meshSettings, settingAt } from '../mesh-settings.ts';
import { objectRule } from '../rule.ts';

/** Access logging to no provider, where the mesh has no default one. */
export const telemetryProviders = objectRule(['Telemetry'], {
  analyzer: 'telemetry.ProviderAnalyzer',
  codes: ['IST0157'],
  *check({ spec }, view) {
    const byDefault = settingAt(meshSettings(view), 'defaultProviders', 'accessLogging');
    if (Array.isArray(byDefault) && byDefault.length > 0) return;
    for (const [at, { providers }] of records(spec['accessLogging']).entries()) {
      if (records(providers).length === 0) yield { code: 'IST0157', path: `spec.accessLogging[${at}]`, text: 'No provider is named, and the mesh has no default one: nothing is logged.' };
    }
  },
});
