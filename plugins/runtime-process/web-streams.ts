// Web streams of Node.js streams, with few bytes waiting between: `Readable.toWeb` and `Duplex.toWeb` count pieces, not
// bytes, and would take in a gigabyte before they slow anybody down.

import type { Readable, Writable } from 'node:stream';

/** Bytes that wait for a slow reader. */
const waiting = 64 * 1024;

/** Cancelled, it destroys the source. A source that ends in an error just ends: a connection that broke is one that closed. */
export function readableFrom(source: Readable): ReadableStream<Uint8Array> {
  let open = true;
  return new ReadableStream<Uint8Array>(
    {
      start(controller) {
        const end = () => {
          if (open) controller.close();
          open = false;
        };
        source.on('data', (bytes: Buffer) => {
          if (!open) return;
          controller.enqueue(bytes);
          if ((controller.desiredSize ?? 0) <= 0) source.pause();
        });
        for (const event of ['end', 'close', 'error']) source.once(event, end);
      },
      pull() {
        source.resume();
      },
      cancel() {
        open = false;
        source.destroy();
      },
    },
    new ByteLengthQueuingStrategy({ highWaterMark: waiting }),
  );
}

/** Closed, it ends the sink. Writing to a sink that has gone is an error; aborting destroys it. */
export function writableTo(sink: Writable): WritableStream<Uint8Array> {
  return new WritableStream<Uint8Array>({
    start(controller) {
      const gone = () => controller.error(new Error('nobody reads this any more'));
      sink.once('error', gone);
      sink.once('close', gone);
    },
    write: (bytes) =>
      new Promise((resolve, reject) => sink.write(bytes, (error) => (error ? reject(error) : resolve()))),
    close: () => new Promise((resolve) => void sink.end(() => resolve())),
    abort: () => void sink.destroy(),
  });
}
