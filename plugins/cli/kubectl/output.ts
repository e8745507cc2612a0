// Output: how objects are shown when -o says so, and what is said of a change otherwise.

import { readFile } from 'node:fs/promises';
import type { Command } from 'commander';
import { KubectlError, unknownToUs } from './errors.ts';
import { goJson } from './go-json.ts';
import type { AnyObject, JsonRecord } from './records.ts';
import { typeName } from './resource-types.ts';
import type { Session } from './session.ts';

export type DryRun = 'none' | 'client' | 'server';

export interface ChangeOptions {
  readonly dryRun?: string;
  readonly output?: string;
}

/** Flags of commands that change something. */
export const changeFlags = (command: Command): Command =>
  command
    .option('--dry-run [mode]', 'none, server, or client: only print what would be sent')
    .option('-o, --output <format>', 'json, yaml, name, jsonpath=TEMPLATE');

/** @throws KubectlError */
export function dryRunOf({ dryRun }: ChangeOptions): DryRun {
  if (dryRun === undefined || dryRun === 'none' || dryRun === 'false') return 'none';
  if (dryRun === 'client' || dryRun === 'server') return dryRun;
  if (dryRun === 'true' || dryRun === 'unchanged') return 'client';
  throw new KubectlError(`Invalid dry-run value (${dryRun}). Must be "none", "server", or "client".`);
}

/** What goes into the query of a write. */
export const dryRunQuery = (options: ChangeOptions): { dryRun?: string } =>
  dryRunOf(options) === 'server' ? { dryRun: 'All' } : {};

/** `deployment.apps/web created`, or the object itself when -o says so. */
export async function printChange(
  session: Session,
  object: AnyObject,
  operation: string,
  options: ChangeOptions,
): Promise<void> {
  if (options.output && options.output !== 'name') {
    return session.terminal.out(await formatted(object, options.output));
  }
  const name = nameOf(object);
  if (options.output === 'name') return session.print(name);
  const mode = dryRunOf(options);
  session.print(
    `${name} ${operation}${mode === 'client' ? ' (dry run)' : mode === 'server' ? ' (server dry run)' : ''}`,
  );
}

/** `pod/web`, `deployment.apps/web` */
export function nameOf({ apiVersion, kind, metadata }: AnyObject): string {
  const group = apiVersion.includes('/') ? apiVersion.split('/')[0]! : '';
  return `${typeName({ kind, group })}/${metadata.name}`;
}

/** Whether -o asks for a table. */
export const isTable = (output: string | undefined): boolean =>
  output === undefined || output === '' || output === 'wide';

/** The object as -o wants it. @throws KubectlError for a format that we lack */
export async function formatted(object: AnyObject | JsonRecord, output: string): Promise<string> {
  const [format = '', ...rest] = output.split('=');
  const argument = rest.join('=');
  switch (format) {
    case 'json':
      return `${goJson(withoutManagedFields(object), 4)}\n`;
    case 'yaml':
      return (await import('./go-yaml.ts')).goYaml(withoutManagedFields(object));
    case 'name':
      return `${('items' in object ? (object.items as AnyObject[]) : [object as AnyObject]).map(nameOf).join('\n')}\n`;
    case 'jsonpath':
      return (await import('./json-path.ts')).jsonPath(braced(argument), object);
    case 'jsonpath-file':
      return (await import('./json-path.ts')).jsonPath(braced(await readFile(argument, 'utf8')), object);
    default:
      throw unknownToUs(`-o ${output}`);
  }
}

/** kubectl takes a path without its braces too. */
const braced = (template: string): string =>
  template.includes('{') ? template : `{${template.startsWith('.') ? '' : '.'}${template}}`;

function withoutManagedFields(value: AnyObject | JsonRecord): unknown {
  if ('items' in value) return { ...value, items: (value.items as AnyObject[]).map(withoutManagedFields) };
  const { metadata } = value as AnyObject;
  if (!metadata || !('managedFields' in metadata)) return value;
  const { managedFields: _, ...rest } = metadata;
  return { ...value, metadata: rest };
}
