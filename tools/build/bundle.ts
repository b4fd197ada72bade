/**
 * Bundles one app into a single file:
 *
 *   node tools/build/bundle.ts apps/pilot      apps/pilot/src/main.ts -> apps/pilot/dist/main.js
 */
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { build, type Plugin } from 'esbuild';

/** Libraries written for `require` find it here, though the bundle is an ES module. */
const banner = "import { createRequire as flotillaCreateRequire } from 'node:module'; const require = flotillaCreateRequire(import.meta.url);";

/** Imported lazily and by few: loading them from node_modules keeps the bundle small and quick to start. */
const external = ['@opentelemetry/*'];

/**
 * Node's HTTP module as `require` gives it. As an ES module it gives all its exports a value, also the classes that it has
 * from Node's fetch, and loads all of that: 1.4 MB of every service.
 */
const requiredHttp: Plugin = {
  name: 'required-http',
  setup(bundling) {
    bundling.onResolve({ filter: /^node:http$/ }, ({ path, kind }) => (kind === 'import-statement' ? { path, namespace: 'required' } : undefined));
    bundling.onLoad({ filter: /.*/, namespace: 'required' }, ({ path }) => ({ contents: `module.exports = require('${path}');` }));
  },
};

const project = process.argv[2];
if (project === undefined) throw new Error('name the folder of the app to bundle, as apps/pilot');
const root = resolve(import.meta.dirname, '../..', project);

const bundle = join(root, 'dist/main.js');
await rm(join(root, 'dist'), { recursive: true, force: true });
await build({
  entryPoints: [join(root, 'src/main.ts')],
  outfile: bundle,
  bundle: true,
  platform: 'node',
  format: 'esm',
  target: 'node24',
  sourcemap: true,
  treeShaking: true,
  legalComments: 'none',
  // V8 keeps the text of a program. Names stay, for stack traces, and lines short.
  minifyWhitespace: true,
  lineLimit: 160,
  logLevel: 'warning',
  banner: { js: banner },
  external,
  plugins: [requiredHttp],
});

// V8 keeps the text of a program, and with one character beyond ASCII at two bytes for each: megabytes for a µ. esbuild
// escapes those in strings; those left are in regular expressions and comments, where an escape is as good.
const text = await readFile(bundle, 'utf8');
await writeFile(bundle, text.replaceAll(/[^\x00-\x7f]/g, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`));
