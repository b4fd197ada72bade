import type { LauncherSettings } from './settings.ts';
import { addressesOf } from './mesh-file.ts';
import { pilotsOf } from './pilots.ts';

/** What is printed once the mesh is up; the first line begins `Flotilla is ready`. */
export function banner(settings: LauncherSettings, { tookMs, logs, tokenFile }: { readonly tookMs: number; readonly logs: string; readonly tokenFile: string }): string {
  const { only, insecureXds, home, config } = settings;
  const { urls } = addressesOf(settings);
  const bookshop = only.includes('bookshop');
  const atHome = home === '.flotilla' ? '' : ` --home ${home}`;
  const rows: [string, string][] = [];
  if (bookshop) rows.push(['Bookshop', `http://localhost:${settings.gatewayPort}/productpage`]);
  for (const [name, url] of Object.entries(urls)) if (name !== 'gateway') rows.push([`${name} admin`, url]);
  if (only.includes('pilot') && only.includes('citadel')) rows.push(['xDS (mTLS)', pilotsOf(settings).map(({ xdsPort }) => `127.0.0.1:${xdsPort}`).join(', ')]);
  if (insecureXds !== undefined) rows.push(['xDS (plaintext)', insecureXds]);
  if (only.includes('mixer')) rows.push(['metrics', `http://127.0.0.1:${settings.mixerPort}/metrics`]);
  if (config !== undefined) rows.push(['configuration', `${config} (watched)`]);
  rows.push(['admin token', tokenFile], ['logs', logs]);
  const commands = [
    ...(bookshop ? [`curl -s http://localhost:${settings.gatewayPort}/api/v1/products/0/reviews`] : []),
    ...(only.includes('pilot') ? [`npx flotilla proxies${atHome}`] : []),
    ...(bookshop ? [`npx flotilla config productpage-v1${atHome}`] : []),
    ...(only.includes('galley') ? [`npx flotilla get serviceentries${atHome}`] : []),
  ].slice(0, 3);
  const width = Math.max(...rows.map(([title]) => title.length));
  return [
    `Flotilla is ready (${(tookMs / 1000).toFixed(1)} s). Ctrl-C stops it.`,
    '',
    ...rows.map(([title, value]) => `  ${title.padEnd(width)}  ${value}`),
    '',
    '  Try, in another terminal:',
    ...commands.map((command) => `    ${command}`),
    '',
  ].join('\n');
}
