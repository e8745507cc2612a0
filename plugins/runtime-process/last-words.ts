// Last words: what a program says of its own end, in the file that its container names (/dev/termination-log); where it
// says nothing and failed, the end of its log may stand in (`terminationMessagePolicy: FallbackToLogsOnError`).
// In Kubernetes: kuberuntime_container.go (getTerminationMessage).

import { open } from 'node:fs/promises';
import type { LogFile } from './log-file.ts';
import { readLog } from './log-reader.ts';

/** Bytes of the file's end that are shown, at most. */
const longest = 4096;
/** The end of the log: so many lines, and of these so many bytes, at most. */
const fallback = { lines: 80, bytes: 2048 };

/** @param orLog whether the log stands in; @returns the empty text when nothing was said */
export async function lastWords(file: string, orLog: boolean, exitCode: number, log: LogFile): Promise<string> {
  const said = await endOf(file).catch(() => Buffer.alloc(0));
  if (said.length > 0 || !orLog || exitCode === 0) return said.toString();
  const lines: Uint8Array[] = [];
  for await (const bytes of readLog(log, { tailLines: fallback.lines }, 0)) lines.push(bytes);
  return Buffer.concat(lines).subarray(-fallback.bytes).toString();
}

async function endOf(file: string): Promise<Buffer> {
  const handle = await open(file);
  try {
    const { size } = await handle.stat();
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(longest), 0, longest, Math.max(0, size - longest));
    return buffer.subarray(0, bytesRead);
  } finally {
    await handle.close();
  }
}
