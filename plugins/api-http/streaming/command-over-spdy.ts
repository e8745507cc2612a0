// Command over SPDY: exec and attach for kubectl up to 1.29, and as the second try of newer ones. The client opens a stream
// for each thing it wants (header `streamtype`), and one for errors, on which a Status says how it ended.

import type { Duplex } from 'node:stream';
import type { Clock } from '../../../core/contracts/clock.ts';
import type { CommandStatus, RemoteStreams } from './remote-command.ts';
import { SpdyConnection } from './spdy-connection.ts';
import type { SpdyStream } from './spdy-stream.ts';
import type { CommandOptions } from './streaming-handler.ts';

/** How long the client may take to open its streams: Kubernetes' DefaultStreamCreationTimeout, milliseconds. */
const streamCreation = 30_000;

/** Waits until all streams are there; undefined when the client does not open them. */
export async function commandOverSpdy(
  transport: Duplex,
  clock: Clock,
  { stdin, stdout, stderr, tty }: CommandOptions,
): Promise<RemoteStreams | undefined> {
  const wanted = { error: true, stdin, stdout, stderr, resize: tty };
  const missing = new Set(Object.entries(wanted).flatMap(([name, asked]) => (asked ? [name] : [])));
  const streams = new Map<string, SpdyStream>();
  let complete: () => void = () => {};
  const all = new Promise<void>((resolve) => {
    complete = resolve;
  });
  const connection = new SpdyConnection(transport, clock, (stream) => {
    const type = stream.headers.get('streamtype') ?? '';
    if (!missing.delete(type)) return stream.reset();
    streams.set(type, stream);
    stream.accept();
    if (missing.size === 0) complete();
  });
  const cancel = clock.schedule(streamCreation, () => connection.close());
  await Promise.race([all, connection.closed]);
  cancel();
  if (missing.size > 0) return undefined;
  for (const name of ['error', 'stdout', 'stderr']) void streams.get(name)?.readable.cancel();
  const [input, output, errors, sizes] = ['stdin', 'stdout', 'stderr', 'resize'].map((name) => streams.get(name));
  return {
    ...(input && { stdin: input.readable }),
    ...(output && { stdout: output.writable }),
    ...(errors && { stderr: errors.writable }),
    ...(sizes && { resize: sizes.readable }),
    gone: connection.closed,
    finish: async (status) => {
      await Promise.all([output, errors].map((stream) => stream?.writable.close()));
      await say(streams.get('error') as SpdyStream, status);
      connection.close();
    },
  };
}

async function say({ writable }: SpdyStream, status: CommandStatus): Promise<void> {
  const writer = writable.getWriter();
  await writer.write(Buffer.from(JSON.stringify(status)));
  await writer.close();
}
