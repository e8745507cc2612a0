// kubectl create configmap, create secret generic: data from the command line, from files, from folders.
//   --from-literal=key=value   --from-file=[key=]file   --from-file=folder   --from-env-file=file

import { readdir, readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import type { Command } from 'commander';
import { type KubectlCommand, several } from './command.ts';
import { createObject, metadataOf, oneName } from './create.ts';
import { KubectlError } from './errors.ts';
import { type ChangeOptions, changeFlags } from './output.ts';

interface Options extends ChangeOptions {
  readonly fromLiteral?: readonly string[];
  readonly fromFile?: readonly string[];
  readonly fromEnvFile?: readonly string[];
  readonly type?: string;
}

const dataFlags = (command: Command): Command =>
  changeFlags(command)
    .option('--from-literal <key=value>', 'a value', several)
    .option('--from-file <[key=]file>', 'a file, or all files of a folder', several)
    .option('--from-env-file <file>', 'lines key=value', several);

export const createConfigMap: KubectlCommand<Options> = {
  usage: 'NAME [--from-literal=key=value] [--from-file=[key=]file] [flags]',
  summary: 'creates a config map',
  flags: dataFlags,
  async run(session, args, options) {
    const data = new Map<string, string>();
    const binaryData = new Map<string, string>();
    for (const [key, bytes] of await dataOf(options)) {
      const text = bytes.toString('utf8');
      if (Buffer.from(text).equals(bytes)) data.set(key, text);
      else binaryData.set(key, bytes.toString('base64'));
    }
    await createObject(
      session,
      {
        apiVersion: 'v1',
        ...(data.size > 0 && { data: Object.fromEntries(data) }),
        ...(binaryData.size > 0 && { binaryData: Object.fromEntries(binaryData) }),
        kind: 'ConfigMap',
        metadata: metadataOf(session, oneName(args)),
      },
      options,
    );
  },
};

export const createSecret: KubectlCommand<Options> = {
  usage: 'NAME [--from-literal=key=value] [--from-file=[key=]file] [flags]',
  summary: 'creates a secret',
  flags: (command) => dataFlags(command).option('--type <type>', 'Opaque unless told'),
  async run(session, args, options) {
    const data = [...(await dataOf(options))].map(([key, bytes]) => [key, bytes.toString('base64')]);
    await createObject(
      session,
      {
        apiVersion: 'v1',
        ...(data.length > 0 && { data: Object.fromEntries(data) }),
        kind: 'Secret',
        metadata: metadataOf(session, oneName(args)),
        ...(options.type && { type: options.type }),
      },
      options,
    );
  },
};

async function dataOf({ fromLiteral = [], fromFile = [], fromEnvFile = [] }: Options): Promise<Map<string, Buffer>> {
  const data = new Map<string, Buffer>();
  const add = (key: string, value: Buffer) => {
    if (data.has(key)) throw new KubectlError(`cannot add key "${key}", another key by that name already exists`);
    data.set(key, value);
  };
  for (const source of fromFile) {
    const [, key, file = source] = /^([^=]+)=(.*)$/.exec(source) ?? [];
    const facts = await stat(file).catch(() => undefined);
    if (!facts) throw new KubectlError(`error reading ${file}: no such file or directory`);
    if (!facts.isDirectory()) add(key ?? path.basename(file), await readFile(file));
    else {
      if (key !== undefined) throw new KubectlError('cannot give a key name for a directory path');
      for (const entry of await readdir(file, { withFileTypes: true })) {
        if (entry.isFile()) add(entry.name, await readFile(path.join(file, entry.name)));
      }
    }
  }
  for (const literal of fromLiteral) {
    const at = literal.indexOf('=');
    if (at <= 0) throw new KubectlError(`invalid literal source ${literal}, expected key=value`);
    add(literal.slice(0, at), Buffer.from(literal.slice(at + 1).replace(/^(['"])(.*)\1$/s, '$2')));
  }
  for (const file of fromEnvFile) {
    for (const line of (await readFile(file, 'utf8')).split(/\r?\n/)) {
      const text = line.trimStart();
      if (text === '' || text.startsWith('#')) continue;
      const [key = '', ...value] = text.split('=');
      add(key, Buffer.from(value.join('=')));
    }
  }
  return data;
}
