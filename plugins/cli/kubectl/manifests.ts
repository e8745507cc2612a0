// Manifests: objects from files, folders, addresses or what is piped in. YAML or JSON, several to a file; Lists are opened.

import { readdir, readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import type { Command } from 'commander';
import { parseAllDocuments, type Tags } from 'yaml';
import { several } from './command.ts';
import { KubectlError } from './errors.ts';
import { type AnyObject, isRecord } from './records.ts';
import type { ResourceType } from './resource-types.ts';
import type { Session } from './session.ts';

export interface FileOptions {
  readonly filename?: readonly string[];
  readonly recursive?: boolean;
}

export const fileFlags = (command: Command): Command =>
  command
    .option('-f, --filename <file>', 'file, folder, address, or - for what is piped in', several)
    .option('-R, --recursive', 'folders within folders too');

/** An object from a file: complete but for what the server fills in. */
export interface Manifest {
  readonly type: ResourceType;
  readonly object: AnyObject;
  readonly namespace: string | undefined;
  readonly from: string;
}

/** Reads all objects; namespaced ones get the namespace of the session. @throws KubectlError */
export async function readManifests(
  session: Session,
  { filename = [], recursive = false }: FileOptions,
): Promise<Manifest[]> {
  const manifests: Manifest[] = [];
  for (const source of filename) {
    for (const [from, text] of await textsOf(session, source, recursive)) {
      for (const object of await parse(from, text)) manifests.push(await manifestOf(session, object, from));
    }
  }
  return manifests;
}

async function manifestOf(session: Session, object: unknown, from: string): Promise<Manifest> {
  if (!isRecord(object))
    throw new KubectlError(`error parsing ${from}: couldn't get version/kind; json parse error: no object`);
  const { kind, apiVersion, metadata = {} } = object as Partial<AnyObject>;
  if (!kind)
    throw new KubectlError(
      `error validating "${from}": error validating data: kind not set; if you choose to ignore these errors, turn validation off with --validate=false`,
    );
  if (!apiVersion)
    throw new KubectlError(
      `error validating "${from}": error validating data: apiVersion not set; if you choose to ignore these errors, turn validation off with --validate=false`,
    );
  const name = (metadata as { name?: string }).name;
  const type = (await session.types()).of({ apiVersion, kind, ...(name !== undefined && { name }) }, from);
  if (!type.namespaced) return { type, object: { ...object, metadata } as AnyObject, namespace: undefined, from };
  const said = (metadata as { namespace?: string }).namespace;
  if (said && session.namespaceGiven && said !== session.namespace) {
    throw new KubectlError(
      `the namespace from the provided object "${said}" does not match the namespace "${session.namespace}". You must pass '--namespace=${said}' to perform this operation.`,
    );
  }
  const namespace = said || session.namespace;
  return { type, object: { ...object, metadata: { ...metadata, namespace } } as AnyObject, namespace, from };
}

const isManifest = (name: string) => /\.(ya?ml|json)$/.test(name);

async function textsOf(session: Session, source: string, recursive: boolean): Promise<[from: string, text: string][]> {
  if (source === '-') return [['STDIN', await session.terminal.stdin()]];
  if (/^https?:\/\//.test(source)) {
    const response = await fetch(source);
    if (!response.ok)
      throw new KubectlError(
        `unable to read URL "${source}", server reported ${response.status} ${response.statusText}, status code=${response.status}`,
      );
    return [[source, await response.text()]];
  }
  const facts = await stat(source).catch(() => undefined);
  if (!facts) throw new KubectlError(`the path "${source}" does not exist`);
  if (!facts.isDirectory()) return [[source, await readFile(source, 'utf8')]];
  const entries = await readdir(source, { withFileTypes: true });
  const found: [string, string][] = [];
  for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const name = path.join(source, entry.name);
    if (entry.isDirectory()) {
      if (recursive) found.push(...(await textsOf(session, name, true)));
    } else if (isManifest(entry.name)) found.push([name, await readFile(name, 'utf8')]);
  }
  return found;
}

/** YAML 1.1 as Kubernetes reads it: `0644` is octal, times stay texts. */
const withoutTimes = (tags: Tags): Tags =>
  tags.filter((tag) => typeof tag === 'string' || (!tag.tag.endsWith(':timestamp') && tag.format !== 'TIME'));

async function parse(from: string, text: string): Promise<unknown[]> {
  const documents = parseAllDocuments(text, { version: '1.1', merge: true, customTags: withoutTimes });
  const objects: unknown[] = [];
  for (const document of Array.isArray(documents) ? documents : []) {
    const [error] = document.errors;
    if (error)
      throw new KubectlError(
        `error parsing ${from}: error converting YAML to JSON: yaml: ${error.message.split('\n')[0]}`,
      );
    const value: unknown = document.toJS();
    if (value === null || value === undefined) continue;
    if (
      isRecord(value) &&
      typeof value.kind === 'string' &&
      value.kind.endsWith('List') &&
      Array.isArray(value.items)
    ) {
      objects.push(...value.items);
    } else objects.push(value);
  }
  return objects;
}
