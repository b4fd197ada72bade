/**
 * Generates the protobuf code of one project into its `gen/` folder.
 *
 *   node tools/codegen/generate.ts @flotilla/envoy-api | @flotilla/protos
 *
 * Envoy's own .proto files come from the npm package @grpc/grpc-js-xds. Only what the roots
 * below need is generated; imports that the package does not carry (tracing and metrics of
 * other projects, Envoy v2) are cut out, for nothing in v3 messages depends on them but annotations.
 */
import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { envoyRoots } from './envoy-roots.ts';
import { withNewerFields } from './newer-fields.ts';

const workspace = resolve(dirname(fileURLToPath(import.meta.url)), '../..');
const deps = join(dirname(createRequire(import.meta.url).resolve('@grpc/grpc-js-xds/package.json')), 'deps');
const envoyIncludes = ['envoy-api', 'xds', 'googleapis', 'protoc-gen-validate'].map((name) => join(deps, name));

/** What Envoy's protos say about themselves, to linters and validators of other languages: in each descriptor, and of no use here. */
const envoyAnnotations = ['validate.**', 'udpa.annotations.**', 'xds.annotations.**', 'envoy.annotations.**'];

/** The program alone: the package around it names packages of all platforms, which not every registry has. */
const buf = join(workspace, `node_modules/@bufbuild/buf-linux-${process.arch === 'arm64' ? 'aarch64' : 'x64'}/bin/buf`);

/** Finds the file an import names; undefined where no include folder has it. */
function locate(file: string, includes: readonly string[]): string | undefined {
  return includes.map((folder) => join(folder, file)).find((path) => existsSync(path));
}

/** Copies `file` and all it imports to `stage`, without imports that cannot be resolved. */
function stageClosure(file: string, includes: readonly string[], stage: string, seen: Set<string>): void {
  if (seen.has(file)) return;
  seen.add(file);
  const path = locate(file, includes);
  if (path === undefined) throw new Error(`no .proto file ${file} under ${includes.join(', ')}`);
  const kept = withNewerFields(file, readFileSync(path, 'utf8')).replace(/^import\s+(?:public\s+)?"([^"]+)";.*$/gm, (line, imported: string) => {
    if (imported.startsWith('google/protobuf/')) return line;
    if (locate(imported, includes) === undefined) return '';
    stageClosure(imported, includes, stage, seen);
    return line;
  }).replace(/,?\s+ignore_empty: true/g, ''); // an annotation newer than the validate.proto beside it
  const target = join(stage, file);
  mkdirSync(dirname(target), { recursive: true });
  writeFileSync(target, kept);
}

function protoFiles(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.proto'));
}

function generate(project: string): void {
  const stage = mkdtempSync(join(tmpdir(), 'flotilla-protos-'));
  try {
    const [includes, roots, annotations, out] =
      project === '@flotilla/envoy-api'
        ? [envoyIncludes, envoyRoots, envoyAnnotations, join(workspace, 'libs/envoy-api/gen')]
        : [[join(workspace, 'protos')], protoFiles(join(workspace, 'protos')), [], join(workspace, 'protos/gen')];
    const seen = new Set<string>();
    for (const root of roots) stageClosure(root, includes, stage, seen);
    writeFileSync(join(stage, 'buf.yaml'), 'version: v2\n');
    const template = {
      version: 'v2',
      plugins: [{ local: join(workspace, 'node_modules/.bin/protoc-gen-es'), out: 'gen', opt: ['target=js+dts', 'import_extension=js'], strategy: 'all', exclude_types: annotations }],
    };
    execFileSync(buf, ['generate', '--template', JSON.stringify(template)], { cwd: stage, stdio: 'inherit' });
    // Copied beside its place first: whoever reads it meanwhile sees the old or the new, hardly ever nothing.
    cpSync(join(stage, 'gen'), `${out}.next`, { recursive: true });
    rmSync(out, { recursive: true, force: true });
    renameSync(`${out}.next`, out);
    console.log(`${project}: ${seen.size} .proto files -> ${relative(workspace, out)}`);
  } finally {
    rmSync(stage, { recursive: true, force: true });
  }
}

generate(process.argv[2] ?? '');
