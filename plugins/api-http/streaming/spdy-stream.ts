// SPDY stream: one of the streams of a SPDY connection: headers, and bytes both ways. Each way ends on its own.

/** What a stream asks of its connection. */
export interface StreamHost {
  send(bytes: Uint8Array, last: boolean): Promise<void>;
  accept(): Promise<void>;
  reset(): void;
  /** Both ways have ended. */
  over(): void;
}

/** Bytes that wait for a stream's reader before its connection waits. */
const mostUnread = 256 * 1024;

/** Longest piece that is sent in one frame, bytes. */
const longestPiece = 32 * 1024;

const nothing = new Uint8Array();

export class SpdyStream {
  readonly id: number;
  /** Names in small letters: `streamtype`, `port`, `requestid`. */
  readonly headers: ReadonlyMap<string, string>;
  /** What the client sends. Cancelled, the rest is dropped. */
  readonly readable: ReadableStream<Uint8Array>;
  /** What the client gets; writing waits until the connection has taken it. Closing it is the end of this way. */
  readonly writable: WritableStream<Uint8Array>;
  readonly #host: StreamHost;
  #reader: ReadableStreamDefaultController<Uint8Array> | undefined;
  #writer: WritableStreamDefaultController | undefined;
  #wake: (() => void) | undefined;
  /** Clients drop what comes before the answer to their opening. */
  #accepted: Promise<void> = Promise.resolve();
  #open = { in: true, out: true };

  constructor(id: number, headers: ReadonlyMap<string, string>, host: StreamHost) {
    this.id = id;
    this.headers = headers;
    this.#host = host;
    this.readable = new ReadableStream<Uint8Array>(
      {
        start: (controller) => {
          this.#reader = controller;
        },
        pull: () => this.#wake?.(),
        cancel: () => {
          this.#reader = undefined;
          this.#wake?.();
        },
      },
      new ByteLengthQueuingStrategy({ highWaterMark: mostUnread }),
    );
    this.writable = new WritableStream<Uint8Array>({
      start: (controller) => {
        this.#writer = controller;
      },
      write: async (bytes) => {
        await this.#accepted;
        for (let at = 0; at < bytes.length; at += longestPiece)
          await host.send(bytes.subarray(at, at + longestPiece), false);
      },
      close: async () => {
        await this.#accepted;
        await host.send(nothing, true);
        this.#close('out');
      },
      abort: () => this.reset(),
    });
  }

  /** Tells the client that somebody has taken it. */
  accept(): void {
    this.#accepted = this.#host.accept();
  }

  /** Ends both ways at once. */
  reset(): void {
    if (!this.#open.in && !this.#open.out) return;
    this.#host.reset();
    this.lost();
  }

  /** Bytes from the client. What comes back resolves when there is room for more; undefined: there is. */
  take(bytes: Uint8Array): Promise<void> | undefined {
    if (!this.#reader || !this.#open.in || bytes.length === 0) return undefined;
    this.#reader.enqueue(bytes);
    if ((this.#reader.desiredSize ?? 1) > 0) return undefined;
    return new Promise((resolve) => {
      this.#wake = () => {
        this.#wake = undefined;
        resolve();
      };
    });
  }

  /** The client will send no more. */
  ended(): void {
    if (!this.#open.in) return;
    this.#reader?.close();
    this.#close('in');
  }

  /** The connection or the client has given it up: readers and writers get an error. */
  lost(): void {
    const gone = new Error('the client has gone');
    if (this.#open.in) this.#reader?.error(gone);
    if (this.#open.out) this.#writer?.error(gone);
    this.#wake?.();
    this.#close('in');
    this.#close('out');
  }

  #close(way: 'in' | 'out'): void {
    this.#open[way] = false;
    if (way === 'in') this.#reader = undefined;
    if (!this.#open.in && !this.#open.out) this.#host.over();
  }
}
