// A client of kubelab/kv (or of any Redis): one connection at a time, made again when it is needed.

import { connect } from 'node:net';
import { encode, RespReader } from './resp.mjs';

export class KeyValueClient {
  #options;
  #socket;
  #waiting = [];

  /** @param options host, port, password, timeout (milliseconds) */
  constructor(options) {
    this.#options = { port: 6379, timeout: 2000, ...options };
  }

  /** Sends one command; resolves to its answer, rejects when the server refuses it or does not answer. */
  async send(...command) {
    this.#socket ??= this.#open();
    return this.#ask(this.#socket, command);
  }

  close() {
    this.#socket?.destroy();
  }

  #open() {
    const { host, port, password, timeout } = this.#options;
    const socket = connect({ host, port });
    const reader = new RespReader();
    socket.setTimeout(timeout, () => {
      if (this.#waiting.length > 0) socket.destroy(new Error(`${host}:${port} did not answer in ${timeout} ms`));
    });
    socket.on('data', (bytes) => {
      for (const answer of reader.take(bytes)) {
        const waiting = this.#waiting.shift();
        if (answer instanceof Error) waiting?.reject(answer);
        else waiting?.resolve(answer);
      }
    });
    socket.on('error', (error) => this.#end(socket, error));
    socket.on('close', () => this.#end(socket, new Error(`${host}:${port} closed the connection`)));
    if (password) {
      // At once, not on a later turn: what was sent after a refused password fails for that reason, not for want of one.
      const reject = (error) => {
        this.#end(socket, error);
        socket.destroy();
      };
      this.#waiting.push({ resolve() {}, reject });
      socket.write(encode(['AUTH', password]));
    }
    return socket;
  }

  #ask(socket, command) {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ resolve, reject });
      socket.write(encode(command.map(String)));
    });
  }

  #end(socket, error) {
    if (this.#socket !== socket) return;
    this.#socket = undefined;
    for (const { reject } of this.#waiting.splice(0)) reject(error);
  }
}
