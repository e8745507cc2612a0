// SPDY connection: many streams over one connection, the server's side. The client opens streams; each has headers that
// say what it is for, and bytes both ways.
//   new SpdyConnection(transport, clock, (stream) => ...)
// As in Kubernetes (moby/spdystream) there are no windows: what a stream does not read holds up the whole connection, and
// so the client. WINDOW_UPDATE and SETTINGS are read and mean nothing.
// Always true: when the connection ends, every stream hears of it; frames that break the protocol end the connection.

import type { Duplex } from 'node:stream';
import type { Clock } from '../../../core/contracts/clock.ts';
import { heartbeat } from './heartbeat.ts';
import {
  dataFrame,
  type Frame,
  fin,
  frames,
  frameType,
  goAway,
  ping,
  resetReason,
  rstStream,
  SpdyError,
  streamOf,
  synReply,
} from './spdy-frames.ts';
import { HeaderPacker, HeaderUnpacker } from './spdy-headers.ts';
import { SpdyStream } from './spdy-stream.ts';

/** Streams that one client may have open; a port-forward needs two a connection. */
const mostStreams = 2_000;

/** How long the client may take to read the last of what it is sent, milliseconds. */
const farewell = 30_000;

export class SpdyConnection {
  /** Resolves when it has ended, by whomever. */
  readonly closed: Promise<void>;
  readonly #transport: Duplex;
  readonly #clock: Clock;
  readonly #opened: (stream: SpdyStream) => void;
  readonly #streams = new Map<number, SpdyStream>();
  readonly #packer = new HeaderPacker();
  readonly #unpacker = new HeaderUnpacker();
  #lastStream = 0;
  #reply: Promise<void> = Promise.resolve();

  /** @param opened called for each stream that the client opens; whoever takes it answers with `accept` or `reset` */
  constructor(transport: Duplex, clock: Clock, opened: (stream: SpdyStream) => void) {
    this.#transport = transport;
    this.#clock = clock;
    this.#opened = opened;
    transport.on('error', () => transport.destroy());
    this.closed = this.#read();
  }

  /** Says goodbye, after all that was written before. */
  close(): void {
    if (!this.#transport.writable) return;
    this.#transport.write(goAway(this.#lastStream));
    this.#transport.end();
    // What still comes is of no interest, and must not keep the connection open.
    this.#transport.resume();
  }

  async #read(): Promise<void> {
    try {
      const chunks = this.#transport.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>;
      for await (const frame of frames(chunks)) await this.#take(frame);
    } catch (error) {
      if (error instanceof SpdyError && this.#transport.writable)
        this.#transport.write(goAway(this.#lastStream, resetReason.protocolError));
    } finally {
      this.#leave();
      for (const stream of this.#streams.values()) stream.lost();
      this.#streams.clear();
      this.#packer.close();
      this.#unpacker.close();
    }
  }

  /** Lets what was written get out, for a while. */
  #leave(): void {
    const transport = this.#transport;
    const cancel = this.#clock.schedule(farewell, () => transport.destroy());
    transport.once('close', cancel);
    transport.end(() => transport.destroy());
  }

  async #take(frame: Frame): Promise<void> {
    if (frame.kind === 'data') return this.#data(frame);
    const { type, payload, flags } = frame;
    switch (type) {
      case frameType.synStream:
        return this.#open(payload, (flags & fin) !== 0);
      case frameType.rstStream:
        return void this.#streams.get(streamOf(payload))?.lost();
      case frameType.headers:
        // They say nothing to us, but what comes after them is packed on top of them.
        await this.#unpacker.unpack(payload.subarray(4));
        if ((flags & fin) !== 0) this.#streams.get(streamOf(payload))?.ended();
        return;
      case frameType.ping:
        // Odd numbers are the client's questions, even ones are answers to ours.
        if (payload.length >= 4 && payload.readUInt32BE(0) % 2 === 1)
          this.#transport.write(ping(payload.readUInt32BE(0)));
        return;
      case frameType.synReply:
        throw new SpdyError('a client answers a stream that nobody opened');
    }
  }

  async #data({ stream: id, bytes, last }: Extract<Frame, { kind: 'data' }>): Promise<void> {
    // A stream that has gone may have something under way still: it is dropped.
    const stream = this.#streams.get(id);
    if (!stream) return;
    const room = stream.take(bytes);
    if (last) stream.ended();
    if (!room) return;
    const cancel = heartbeat(this.#clock, () => this.#transport.write(ping(2)));
    const gone = new Promise<void>((resolve) => this.#transport.once('close', resolve));
    await Promise.race([room, gone]);
    cancel();
  }

  async #open(payload: Buffer, ended: boolean): Promise<void> {
    if (payload.length < 10) throw new SpdyError('SYN_STREAM is too short');
    const id = streamOf(payload);
    const headers = await this.#unpacker.unpack(payload.subarray(10));
    if (id % 2 === 0 || id <= this.#lastStream) throw new SpdyError(`stream ${id} comes after ${this.#lastStream}`);
    this.#lastStream = id;
    if (this.#streams.size >= mostStreams) return void this.#transport.write(rstStream(id, resetReason.refusedStream));
    const stream = new SpdyStream(id, headers, {
      send: (bytes, last) => this.#write(dataFrame(id, bytes, last)),
      accept: () => this.#accept(id),
      reset: () => void this.#write(rstStream(id, resetReason.cancel)).catch(() => {}),
      over: () => this.#streams.delete(id),
    });
    this.#streams.set(id, stream);
    if (ended) stream.ended();
    this.#opened(stream);
  }

  /** Answers one after the other: their headers are packed on top of one another. */
  #accept(id: number): Promise<void> {
    this.#reply = this.#reply.then(async () => this.#write(synReply(id, await this.#packer.pack({}))));
    // Whoever opened it hears of the end of the connection elsewhere.
    this.#reply = this.#reply.catch(() => {});
    return this.#reply;
  }

  /** Resolves when the connection has taken it. */
  #write(bytes: Buffer): Promise<void> {
    return new Promise((resolve, reject) => {
      if (!this.#transport.writable) return reject(new Error('the client has gone'));
      this.#transport.write(bytes, (error) => (error ? reject(error) : resolve()));
    });
  }
}
