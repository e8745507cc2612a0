// Channel socket: several streams over one WebSocket, as in Kubernetes (apimachinery, pkg/util/remotecommand;
// apiserver, pkg/util/wsstream). A message is a byte that names the channel, then data:
//   00 68 69         "hi" to channel 0
//   ff 00            channel 0 is at its end (v5.channel.k8s.io only)
// Messages to channels that nobody reads, and empty ones, are dropped, as in Kubernetes.
// Always true: a channel that is read slowly slows the client down; when the socket closes, every reader and writer hears.

import type { WebSocket } from 'ws';
import type { Cancel, Clock } from '../../../core/contracts/clock.ts';
import { heartbeat } from './heartbeat.ts';

const closeSignal = 255;

/** Bytes that wait for the reader of a channel. */
const mostUnread = 256 * 1024;

interface Reader {
  controller: ReadableStreamDefaultController<Uint8Array> | undefined;
}

export class ChannelSocket {
  /** Resolves when the socket is closed, by whomever. */
  readonly closed: Promise<void>;
  readonly #socket: WebSocket;
  readonly #clock: Clock;
  readonly #halfClose: boolean;
  readonly #readers = new Map<number, Reader>();
  #paused: Cancel | undefined;

  /** @param halfClose whether the client may end one channel: `v5.channel.k8s.io` */
  constructor(socket: WebSocket, clock: Clock, halfClose: boolean) {
    this.#socket = socket;
    this.#clock = clock;
    this.#halfClose = halfClose;
    // Frames come as one Buffer each, unless a socket is told otherwise.
    socket.on('message', (data) => this.#take(data as Buffer));
    this.closed = new Promise((resolve) => {
      socket.once('close', () => {
        this.#paused?.();
        for (const channel of this.#readers.keys()) this.#end(channel, new Error('the client has gone'));
        resolve();
      });
    });
  }

  /** What the client sends there. One reader a channel. */
  readable(channel: number): ReadableStream<Uint8Array> {
    const reader: Reader = { controller: undefined };
    this.#readers.set(channel, reader);
    return new ReadableStream<Uint8Array>(
      {
        start: (controller) => {
          reader.controller = controller;
        },
        pull: () => this.#resume(),
        cancel: () => {
          this.#readers.delete(channel);
          this.#resume();
        },
      },
      new ByteLengthQueuingStrategy({ highWaterMark: mostUnread }),
    );
  }

  /** Writing waits until the client has taken it. */
  writable(channel: number): WritableStream<Uint8Array> {
    return new WritableStream<Uint8Array>({ write: (bytes) => this.send(channel, bytes) });
  }

  /** @throws Error when the client has gone */
  send(channel: number, bytes: Uint8Array): Promise<void> {
    const message = Buffer.allocUnsafe(bytes.length + 1);
    message[0] = channel;
    message.set(bytes, 1);
    return new Promise((resolve, reject) => this.#socket.send(message, (error) => (error ? reject(error) : resolve())));
  }

  /** Says goodbye; a client that does not answer is let go. */
  close(): void {
    this.#resume();
    this.#socket.close(1000);
  }

  #take(data: Buffer): void {
    const [channel] = data;
    if (channel === undefined) return;
    const bytes = data.subarray(1);
    if (channel === closeSignal && this.#halfClose) return this.#end(bytes[0] ?? closeSignal);
    const controller = this.#readers.get(channel)?.controller;
    if (!controller || bytes.length === 0) return;
    controller.enqueue(bytes);
    if ((controller.desiredSize ?? 0) <= 0) this.#pause();
  }

  #end(channel: number, error?: Error): void {
    const reader = this.#readers.get(channel);
    if (!reader) return;
    this.#readers.delete(channel);
    if (error) reader.controller?.error(error);
    else reader.controller?.close();
  }

  #pause(): void {
    if (this.#paused) return;
    this.#socket.pause();
    this.#paused = heartbeat(this.#clock, () => this.#socket.ping());
  }

  #resume(): void {
    if (!this.#paused) return;
    this.#paused();
    this.#paused = undefined;
    this.#socket.resume();
  }
}
