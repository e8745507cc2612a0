// Log reader: gives the lines of a log file as `kubectl logs` asks for them: the last N, since a time, with their times,
// at most so many bytes, and then on and on while the container runs.

import { type FileHandle, open } from 'node:fs/promises';
import type { LogOptions } from '../../core/contracts/kubelet-connection.ts';
import type { LogFile } from './log-file.ts';

/** Bytes read at once. */
const chunk = 64 * 1024;
/** No line of a log file is longer (16 KB, in which each byte that is no character may have become three). */
const longestLine = 64 * 1024;

/** The wanted part of a log, as text lines. Cancelling the stream, or the signal, ends it. */
export function readLog(
  log: LogFile,
  options: LogOptions,
  now: number,
  signal?: AbortSignal,
): ReadableStream<Uint8Array> {
  const stop = new AbortController();
  const end = () => stop.abort();
  signal?.addEventListener('abort', end, { once: true });
  if (signal?.aborted) end();
  const pieces = limited(formatted(entries(log, options, stop.signal), options, now), options.limitBytes);
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const { value, done } = await pieces.next();
        if (!done) return controller.enqueue(value);
        signal?.removeEventListener('abort', end);
        controller.close();
      },
      async cancel() {
        end();
        signal?.removeEventListener('abort', end);
        await pieces.return(undefined);
      },
    },
    { highWaterMark: 0 },
  );
}

/** One line of the file, or a batch's end (`undefined`), which is the moment to hand out what there is. */
type Entry = string | undefined;

async function* entries(log: LogFile, options: LogOptions, stop: AbortSignal): AsyncGenerator<Entry> {
  await log.flushed();
  let handle = await openLog(log.path);
  let rotations = log.rotations;
  let position = handle && options.tailLines !== undefined ? await tailPosition(handle, options.tailLines) : 0;
  let rest = '';
  try {
    while (!stop.aborted) {
      const last = log.ended || !options.follow;
      const change = last ? undefined : nextWrite(log, stop);
      if (last) await log.flushed();
      const known = log.rotations; // read before the file is: what was rotated by then is complete
      handle ??= await openLog(log.path);
      for (
        let bytes = handle && (await readAt(handle, position));
        bytes?.length;
        bytes = await readAt(handle!, position)
      ) {
        position += bytes.length;
        const lines = (rest + bytes.toString('latin1')).split('\n');
        rest = (lines.pop() ?? '').slice(0, longestLine);
        // Split as bytes and decoded by line, so that no character is cut in two.
        for (const line of lines) yield Buffer.from(line, 'latin1').toString('utf8');
        if (stop.aborted) return;
      }
      yield undefined;
      if (rotations !== known) {
        await handle?.close();
        handle = undefined;
        [rotations, position, rest] = [known, 0, ''];
        continue;
      }
      if (last) return;
      await change;
    }
  } finally {
    await handle?.close();
  }
}

/** `time stream tag text` to what is shown; lines outside the asked time are left out. */
async function* formatted(lines: AsyncGenerator<Entry>, options: LogOptions, now: number): AsyncGenerator<Uint8Array> {
  const since = sinceOf(options, now);
  let batch: string[] = [];
  let size = 0;
  for await (const line of lines) {
    if (line !== undefined) {
      const [time = '', , tag] = line.split(' ', 3);
      const text = line.slice(line.indexOf(` ${tag} `) + 3);
      if (since !== undefined && Date.parse(time) < since) continue;
      const shown = `${options.timestamps ? `${time} ` : ''}${text}${tag === 'F' ? '\n' : ''}`;
      batch.push(shown);
      size += shown.length;
    }
    if (batch.length > 0 && (line === undefined || size > chunk)) {
      yield Buffer.from(batch.join(''));
      batch = [];
      size = 0;
    }
  }
  if (batch.length > 0) yield Buffer.from(batch.join(''));
}

async function* limited(pieces: AsyncGenerator<Uint8Array>, limit: number | undefined): AsyncGenerator<Uint8Array> {
  let left = limit ?? Number.POSITIVE_INFINITY;
  for await (const piece of pieces) {
    if (left <= 0) return;
    yield piece.length > left ? piece.subarray(0, left) : piece;
    left -= piece.length;
    if (left <= 0) return;
  }
}

/** Milliseconds since 1970 from which on lines are wanted. */
function sinceOf({ sinceSeconds, sinceTime }: LogOptions, now: number): number | undefined {
  if (sinceTime !== undefined) return Date.parse(sinceTime);
  return sinceSeconds === undefined ? undefined : now - sinceSeconds * 1000;
}

/** Where the last `count` lines begin, found from the end, so that a long log costs no more than its tail. */
async function tailPosition(handle: FileHandle, count: number): Promise<number> {
  const { size } = await handle.stat();
  let found = 0;
  for (let end = size; end > 0; ) {
    const start = Math.max(0, end - chunk);
    const bytes = await readAt(handle, start, end - start);
    for (let at = bytes.length - 1; at >= 0; at -= 1) {
      if (bytes[at] !== 0x0a) continue;
      if (found === count) return start + at + 1;
      found += 1;
    }
    end = start;
  }
  return 0;
}

async function readAt(handle: FileHandle, position: number, length = chunk): Promise<Buffer> {
  const { buffer, bytesRead } = await handle.read(Buffer.alloc(length), 0, length, position);
  return buffer.subarray(0, bytesRead);
}

const openLog = (path: string): Promise<FileHandle | undefined> => open(path, 'r').catch(() => undefined);

/** Resolves at the next write, at the end of the log, or when reading is given up. */
function nextWrite(log: LogFile, stop: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      stop.removeEventListener('abort', done);
      subscription.unsubscribe();
      resolve();
    };
    const subscription = log.written.subscribe({
      next: () => queueMicrotask(done),
      complete: () => queueMicrotask(done),
    });
    stop.addEventListener('abort', done, { once: true });
  });
}
