import { globSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { readYaml } from './read-yaml.ts';

const root = fileURLToPath(new URL('../../../', import.meta.url));
const files = globSync('examples/**/*.yaml', { cwd: root, exclude: ['**/node_modules/**'] }).sort();

describe('every example', () => {
  it('is found', () => expect(files).not.toHaveLength(0));

  it.each(files)('%s is in order, without even a warning', (file) => {
    const { resources, failures, warnings } = readYaml(readFileSync(`${root}/${file}`, 'utf8'), { file, defaultNamespace: 'default' });
    expect(failures).toEqual([]);
    expect(warnings).toEqual([]);
    expect(resources).not.toHaveLength(0);
  });
});
