// Record file: a record on disk: lines of JSON, compressed by gzip (`zcat FILE` shows them). It is kept in memory, compressed,
// while the simulation runs, and written at once when that is over: what was interrupted leaves no file.

import { readFileSync, writeFileSync } from 'node:fs';
import { gunzipSync, gzipSync } from 'node:zlib';
import { ConfigurationError } from '../../../core/cluster/configuration-error.ts';

/** Characters that are compressed in one go; gzip files may follow each other in one file. */
const atOnce = 4_000_000;

export class RecordFile {
  readonly #parts: Buffer[] = [];
  #text = '';

  readonly add = (line: string): void => {
    this.#text += line;
    if (this.#text.length >= atOnce) this.#compress();
  };

  /** @returns its size in bytes */
  write(file: string): number {
    this.#compress();
    const all = Buffer.concat(this.#parts);
    writeFileSync(file, all);
    return all.length;
  }

  #compress(): void {
    this.#parts.push(gzipSync(this.#text, { level: 4 }));
    this.#text = '';
  }
}

/** Its lines. @throws ConfigurationError when it cannot be read */
export function readRecord(file: string): string[] {
  let bytes: Buffer;
  try {
    bytes = readFileSync(file);
  } catch (error) {
    throw new ConfigurationError(`cannot read ${file}: ${(error as Error).message}`);
  }
  const isCompressed = bytes[0] === 0x1f && bytes[1] === 0x8b;
  try {
    return (isCompressed ? gunzipSync(bytes) : bytes).toString('utf8').split('\n');
  } catch (error) {
    const why = (error as NodeJS.ErrnoException).code === 'Z_BUF_ERROR' ? 'it is cut off' : (error as Error).message;
    throw new ConfigurationError(
      `${file}: the record cannot be unpacked: ${why}. Make it again: the same scenario and seed give the same record`,
    );
  }
}
