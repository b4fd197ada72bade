import type { Static, TObject } from 'typebox';
import { collectAtRest } from './collect-at-rest.ts';
import type { observabilitySettings } from './observability-settings.ts';
import { loadSettings } from './load-settings.ts';
import { runApp, type App } from './run-app.ts';
import { startTracing } from './tracing.ts';

/** A program of the mesh: its name, a sentence about it, and what it can be told. */
export interface Service<Properties extends typeof observabilitySettings> {
  readonly name: string;
  readonly description: string;
  readonly settings: TObject<Properties>;
}

/**
 * Runs a program of the mesh as {@link runApp} does: reads its settings from flags and environment, sets the level of
 * its log, and starts tracing if that is wanted, before `start`; and gives back, whenever it is at rest, the memory
 * that it needs no more.
 */
export function runService<Properties extends typeof observabilitySettings>(
  { name, description, settings: schema }: Service<Properties>,
  start: (settings: Static<TObject<Properties>>, app: App) => Promise<unknown>,
): void {
  runApp(name, async (app) => {
    const settings = loadSettings(schema, { argv: process.argv.slice(2), env: process.env, name, description });
    const { logLevel, otlpEndpoint } = settings as Static<TObject<typeof observabilitySettings>>;
    app.logger.level = logLevel;
    app.onStop('tracing', await startTracing({ service: `flotilla-${name}`, otlpEndpoint }));
    await start(settings, app);
    app.onStop('collection at rest', collectAtRest(app.clock));
  });
}
