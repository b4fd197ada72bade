import type { Setting } from './setting.ts';

/** Thrown when a user asked for help; the message is what to print. */
export class HelpRequested extends Error {
  constructor(text: string) {
    super(text);
    this.name = 'HelpRequested';
  }
}

/** The help of a program: what it is, then a paragraph a setting with its flag, variable and default. */
export function helpText(settings: readonly Setting[], about: { readonly name: string; readonly description: string }): string {
  return [
    `${about.name}: ${about.description}`,
    '',
    `Usage: ${about.name} [flags]`,
    '',
    'Every flag can be given as an environment variable instead; the flag wins.',
    ...settings.flatMap((setting) => ['', `  ${usage(setting)}`, ...detailsOf(setting).map((line) => `      ${line}`)]),
    '',
    '  -h, --help',
    '      Show this and exit.',
  ].join('\n');
}

function usage({ flag, kind }: Setting): string {
  return kind === 'boolean' ? `--[no-]${flag}` : `--${flag} ${kind === 'list' ? 'A,B' : kind === 'number' ? 'N' : 'TEXT'}`;
}

function detailsOf(setting: Setting): string[] {
  const facts = [
    setting.variable,
    setting.kind === 'boolean' ? '' : setting.allowed === 'string' ? '' : setting.allowed,
    setting.required ? 'required' : setting.fallback === undefined ? '' : `default ${display(setting.fallback)}`,
  ].filter((fact) => fact !== '');
  return [...(setting.description === '' ? [] : [setting.description]), facts.join('; ')];
}

function display(value: unknown): string {
  return Array.isArray(value) ? (value.length === 0 ? 'none' : value.join(',')) : String(value);
}
