// Snapshot file: everything in a store, in one file of lines: JSON, an object a line, so that any tool can read it.
//   {"format":"kubelab.dev/snapshot/v1","cluster":"kubelab","revision":812}
//   {"key":"/registry/pods/default/web","createRevision":7,"modRevision":9,"version":2,"value":{...}}     ... in key order
//   {"end":true,"objects":34,"sha256":"..."}     of all lines before it
// Always true: a file without its last line, or whose lines are not what was written, is refused whole.

import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createReadStream, createWriteStream, renameSync, rmSync } from 'node:fs';
import { createInterface } from 'node:readline';
import type { Stored } from '../../../core/contracts/store.ts';
import { EnvironmentError } from '../exit.ts';

const format = 'kubelab.dev/snapshot/v1';

export interface SnapshotHead {
  readonly cluster: string;
  readonly revision: number;
}

/** Writes the file whole, or not at all. Gives how many objects it holds. */
export async function writeSnapshot(file: string, head: SnapshotHead, items: AsyncIterable<Stored>): Promise<number> {
  const hash = createHash('sha256');
  const unfinished = `${file}.${process.pid}.part`;
  const out = createWriteStream(unfinished, { mode: 0o600 });
  const failed = once(out, 'error').then(([error]) => Promise.reject(error));
  failed.catch(() => {});
  const write = async (line: object) => {
    const text = `${JSON.stringify(line)}\n`;
    hash.update(text);
    if (!out.write(text)) await Promise.race([once(out, 'drain'), failed]);
  };
  let objects = 0;
  try {
    await write({ format, ...head });
    for await (const item of items) {
      await write(item);
      objects += 1;
    }
    out.end(`${JSON.stringify({ end: true, objects, sha256: hash.digest('hex') })}\n`);
    await Promise.race([once(out, 'close'), failed]);
    renameSync(unfinished, file);
  } catch (error) {
    out.destroy();
    rmSync(unfinished, { force: true });
    throw new EnvironmentError(`cannot write ${file}: ${(error as Error).message}`);
  }
  return objects;
}

/** @throws EnvironmentError when it is not a whole snapshot */
export async function readSnapshot(file: string): Promise<{ readonly head: SnapshotHead; readonly items: Stored[] }> {
  const refuse = (why: string) => new EnvironmentError(`${file} is not a whole snapshot: ${why}`);
  const hash = createHash('sha256');
  const items: Stored[] = [];
  let head: (SnapshotHead & { format?: string }) | undefined;
  let end: { objects: number; sha256: string } | undefined;
  const input = createReadStream(file);
  const opened = once(input, 'open').catch((error: Error) => {
    throw new EnvironmentError(`cannot read ${file}: ${error.message}`);
  });
  await opened;
  for await (const line of createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY })) {
    const object = parse(line);
    if (object === undefined) throw refuse(`line ${items.length + 2} is not JSON`);
    if (object.end === true) {
      end = object as unknown as { objects: number; sha256: string };
      break;
    }
    hash.update(`${line}\n`);
    if (head) items.push(object as unknown as Stored);
    else head = object as unknown as SnapshotHead;
  }
  if (head?.format !== format) throw refuse(`its first line does not say ${format}`);
  if (!end) throw refuse('its end is missing');
  if (end.objects !== items.length || end.sha256 !== hash.digest('hex')) throw refuse('its lines were changed');
  return { head, items };
}

function parse(line: string): Record<string, unknown> | undefined {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
