/**
 * Bundles one app into a single file:
 *
 *   node tools/build/bundle.ts apps/pilot      apps/pilot/src/main.ts -> apps/pilot/dist/main.js
 */
import { rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { build } from 'esbuild';

/** Libraries written for `require` find it here, though the bundle is an ES module. */
const banner = "import { createRequire as flotillaCreateRequire } from 'node:module'; const require = flotillaCreateRequire(import.meta.url);";

/** Imported lazily and by few: loading them from node_modules keeps the bundle small and quick to start. */
const external = ['@opentelemetry/*'];

const project = process.argv[2];
if (project === undefined) throw new Error('name the folder of the app to bundle, as apps/pilot');
const root = resolve(import.meta.dirname, '../..', project);

await rm(join(root, 'dist'), { recursive: true, force: true });
await build({
  entryPoints: [join(root, 'src/main.ts')],
  outfile: join(root, 'dist/main.js'),
  bundle: true,
  platform: 'node',
  format: 'esm',
  target: 'node24',
  sourcemap: true,
  treeShaking: true,
  legalComments: 'none',
  logLevel: 'warning',
  banner: { js: banner },
  external,
});
