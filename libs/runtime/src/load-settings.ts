import { parseArgs } from 'node:util';
import { FlotillaError, type Problem } from '@flotilla/errors';
import type { Static, TObject } from 'typebox';
import { Value } from 'typebox/value';
import { settingsOf, type Setting } from './setting.ts';
import { HelpRequested, helpText } from './settings-help.ts';

/** Where settings come from, and how the program introduces itself in its help. */
export interface SettingsSource {
  /** The arguments after the program's name. */
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The command a user types. */
  readonly name: string;
  /** One sentence about the program. */
  readonly description: string;
}

/** A setting as it was written, and where. */
interface Given {
  readonly text: string | readonly string[] | boolean;
  readonly path: string;
}

/**
 * Reads settings: a property `xdsPort` of `schema` is the flag `--xds-port`, or else the environment variable
 * `FLOTILLA_XDS_PORT`, or else the schema's default. Lists are separated by commas, or given by repeating the
 * flag; booleans are `--flag` and `--no-flag`. An empty variable counts as not set.
 *
 * @throws HelpRequested when `--help` is among the arguments
 * @throws FlotillaError INVALID_SETTINGS with every problem there is
 */
export function loadSettings<Schema extends TObject>(schema: Schema, source: SettingsSource): Static<Schema> {
  const settings = settingsOf(schema);
  const { flags, unknown } = readFlags(settings, source.argv);
  if (flags.has('help')) throw new HelpRequested(helpText(settings, source));

  const given = new Map(settings.map((setting) => [setting.property, flags.get(setting.flag) ?? readVariable(setting, source.env)]));
  const values: Record<string, unknown> = {};
  for (const setting of settings) {
    const found = given.get(setting.property);
    if (found !== undefined) values[setting.property] = convert(setting.kind, found.text);
  }
  const settled = Value.Default(schema, values);
  const invalid = settings.flatMap((setting) => problemOf(schema, settled, setting, given.get(setting.property)));
  const problems = [...unknown, ...invalid.filter(({ path }) => !unknown.some((other) => other.path === path))];
  if (problems.length > 0) {
    throw new FlotillaError('INVALID_SETTINGS', `the settings of ${source.name} are not valid; ${source.name} --help lists them`, { problems });
  }
  return settled as Static<Schema>;
}

function readFlags(settings: readonly Setting[], argv: readonly string[]): { flags: Map<string, Given>; unknown: Problem[] } {
  const options: Record<string, { type: 'boolean' | 'string'; short?: string }> = { help: { type: 'boolean', short: 'h' } };
  for (const { flag, kind } of settings) options[flag] = { type: kind === 'boolean' ? 'boolean' : 'string' };
  const { tokens } = parseArgs({ args: [...argv], options, strict: false, tokens: true });
  const flags = new Map<string, Given>();
  const unknown: Problem[] = [];
  for (const token of tokens) {
    if (token.kind === 'positional') unknown.push({ path: '', message: 'there are no arguments but flags', found: token.value });
    if (token.kind !== 'option') continue;
    const negated = settings.find(({ flag, kind }) => kind === 'boolean' && token.name === `no-${flag}`);
    const setting = negated ?? settings.find(({ flag }) => flag === token.name);
    const path = `--${setting?.flag ?? token.name}`;
    if (token.name === 'help') flags.set('help', { text: true, path });
    else if (setting === undefined) unknown.push({ path, message: 'there is no such flag' });
    else if (setting.kind === 'boolean') flags.set(setting.flag, { path, text: token.value ?? negated === undefined });
    else if (token.value === undefined || (!token.inlineValue && token.value.startsWith('--'))) {
      unknown.push({ path, message: 'needs a value', allowed: setting.allowed });
    } else if (setting.kind === 'list') flags.set(setting.flag, { path, text: [flags.get(setting.flag)?.text ?? [], token.value].flat().map(String) });
    else flags.set(setting.flag, { path, text: token.value });
  }
  return { flags, unknown };
}

function readVariable({ variable }: Setting, env: SettingsSource['env']): Given | undefined {
  const text = env[variable];
  return text === undefined || text === '' ? undefined : { text, path: variable };
}

/** The value the text stands for, or the text itself where it stands for none: the schema then refuses it. */
function convert(kind: Setting['kind'], text: Given['text']): unknown {
  if (kind === 'list') return [text].flat().flatMap((part) => String(part).split(',')).map((part) => part.trim()).filter((part) => part !== '');
  if (kind === 'boolean') return text === 'true' || (text === 'false' ? false : text);
  if (kind === 'number' && typeof text === 'string' && text.trim() !== '' && !Number.isNaN(Number(text))) return Number(text);
  return text;
}

function problemOf(schema: TObject, values: unknown, setting: Setting, given: Given | undefined): Problem[] {
  const { property, flag, variable, allowed, required } = setting;
  const value = (values as Record<string, unknown>)[property];
  if (value === undefined) {
    return required ? [{ path: `--${flag}`, message: `is needed, as this flag or as ${variable}`, allowed }] : [];
  }
  const valueSchema = schema.properties[property];
  if (valueSchema === undefined || Value.Check(valueSchema, value)) return [];
  return [{ path: given?.path ?? `--${flag}`, message: 'is not valid', found: given?.text ?? value, allowed }];
}
