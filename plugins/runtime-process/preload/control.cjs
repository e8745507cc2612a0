// Control: a program's line to the virtual network (network/control-server.ts): questions and answers as lines of JSON.
// Always true: answers come in the order of the questions; the line keeps the program alive only while an answer is
// awaited; when the line breaks, the cluster is gone, and the program ends at once, so that nothing is left behind.
'use strict';

const { AsyncResource } = require('node:async_hooks');
const net = require('node:net');

const connect = net.Socket.prototype.connect; // as it was before tcp.cjs

class Control {
  #socket = new net.Socket();
  #waiting = new Map();
  #nextId = 1;

  constructor(server, token, container) {
    const [host, port] = server.split(':');
    const socket = this.#socket;
    let rest = '';
    socket.setEncoding('utf8');
    socket.setNoDelay(true);
    socket.on('data', (text) => {
      const lines = (rest + text).split('\n');
      rest = lines.pop();
      for (const line of lines) this.#take(JSON.parse(line));
    });
    socket.on('error', () => {});
    socket.on('close', () => process.kill(process.pid, 'SIGKILL'));
    connect.call(socket, { host, port: Number(port) });
    socket.unref();
    socket.write(`${JSON.stringify({ token, container })}\n`);
  }

  /** Asks; `answered` gets the answer on a later turn, in the asker's asynchronous context. */
  ask(question, answered) {
    const id = this.#nextId++;
    this.#waiting.set(id, AsyncResource.bind(answered));
    this.#socket.ref();
    this.#socket.write(`${JSON.stringify({ ...question, id })}\n`);
  }

  /** Tells something whose answer does not matter. */
  tell(message) {
    this.#socket.write(`${JSON.stringify({ ...message, id: 0 })}\n`);
  }

  #take(message) {
    if (message.signal) return this.#signal(message.signal);
    const answered = this.#waiting.get(message.id);
    if (!answered) return;
    this.#waiting.delete(message.id);
    if (this.#waiting.size === 0) this.#socket.unref();
    answered(message);
  }

  /** Where the system has no signals (Windows) the runtime asks this way. */
  #signal(name) {
    if (process.listenerCount(name) > 0) process.emit(name, name);
    else process.exit(143);
  }
}

/** An Error as Node.js makes it for a failed system call. */
function systemError(code, syscall, address, port) {
  const { errno } = require('node:os').constants;
  const where = address === undefined ? '' : port === undefined ? ` ${address}` : ` ${address}:${port}`;
  const text = { EADDRINUSE: ': address already in use', EADDRNOTAVAIL: ': address not available' }[code] ?? '';
  const error = new Error(`${syscall} ${code}${text}${where}`);
  const known =
    syscall === 'getaddrinfo' ? { errno: -3008, hostname: address } : { errno: -(errno[code] ?? 1), address };
  return Object.assign(error, { code, syscall }, known, port === undefined ? {} : { port });
}

/** Unspecified and loopback addresses and `localhost`: inside a pod they all mean the pod. */
function meansPod(host) {
  return (
    host === undefined ||
    host === null ||
    host === '' ||
    host === 'localhost' ||
    host === '::' ||
    host === '::1' ||
    host === '0.0.0.0' ||
    /^(::ffff:)?127\./.test(host)
  );
}

module.exports = { Control, systemError, meansPod };
