#!/usr/bin/env node
import { existsSync } from 'node:fs';

const program = new URL('../dist/main.js', import.meta.url);
if (Number(process.versions.node.split('.')[0]) < 24) {
  console.error(`flotilla needs Node 24; this is ${process.versions.node}. In a checkout, npx flotilla runs it under the right one.`);
  process.exit(1);
}
if (!existsSync(program)) {
  console.error('flotilla is not built yet: run npm start or npm run build in its checkout.');
  process.exit(1);
}
await import(program.href);
