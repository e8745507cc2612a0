// UDP in a pod: sockets of node:dgram. A bound socket is really bound to a free loopback port and registered with the
// network; who sends asks where the address is; who receives sees the sender's address on the pod network.
// Not possible: sending to addresses outside the cluster, because the socket stands on loopback.
'use strict';

const dgram = require('node:dgram');
const { systemError } = require('./control.cjs');
const { nextRegistration } = require('./tcp.cjs');

/** Peers that a socket remembers at most; past that it forgets them all and asks again. */
const mostPeers = 10_000;

function patch(control, pod) {
  if (pod.address === '') return;
  const sockets = new WeakMap();
  const { bind, send, connect, close, address, remoteAddress, emit } = dgram.Socket.prototype;
  const real = (socket, host) => (socket.type === 'udp6' ? `::ffff:${host}` : host);

  dgram.Socket.prototype.bind = function (...args) {
    const options = typeof args[0] === 'object' && args[0] !== null ? args[0] : undefined;
    if (options?.fd !== undefined || sockets.has(this)) return bind.apply(this, args);
    const callback = args.findLast((arg) => typeof arg === 'function');
    const port = Number(options ? (options.port ?? 0) : typeof args[0] === 'function' ? 0 : (args[0] ?? 0));
    const host = options ? options.address : typeof args[1] === 'string' ? args[1] : undefined;
    const given = pod.givenPorts.has(port);
    const state = {
      port,
      host,
      registration: nextRegistration(),
      registered: given,
      whenReady: [],
      inbox: [],
      shown: new Map(),
      raw: new Set(),
    };
    sockets.set(this, state);
    if (callback) this.once('listening', callback);
    return bind.call(this, { port: given ? port : 0, address: real(this, '127.0.0.1'), exclusive: true });
  };

  dgram.Socket.prototype.emit = function (event, ...args) {
    const state = event === 'listening' || event === 'message' ? sockets.get(this) : undefined;
    if (!state) return emit.call(this, event, ...args);
    if (event === 'message') return receive(this, state, ...args);
    if (state.registered) return ready(this, state);
    const { registration, port } = state;
    control.ask({ op: 'listen', protocol: 'UDP', registration, port, real: address.call(this).port }, (answer) => {
      if (sockets.get(this) !== state) return; // closed meanwhile
      if (answer.error) {
        emit.call(this, 'error', systemError(answer.error, 'bind', state.host ?? '0.0.0.0', port));
        return;
      }
      Object.assign(state, { registered: true, port: answer.port });
      ready(this, state);
    });
    return true;
  };

  function ready(socket, state) {
    emit.call(socket, 'listening');
    for (const work of state.whenReady.splice(0)) work();
    return true;
  }

  /** Runs the work once the network knows the socket; binds it first if nobody did. */
  function whenBound(socket, work) {
    if (!sockets.has(socket)) socket.bind(0);
    const state = sockets.get(socket);
    if (state.registered) work(state);
    else state.whenReady.push(() => work(state));
  }

  function dial(socket, host, port, done) {
    whenBound(socket, (state) => {
      if (state.raw.has(`${host}:${port}`)) return done({ to: { host, port }, address: host }, state);
      control.ask({ op: 'dial', protocol: 'UDP', host: host || 'localhost', port }, (answer) => {
        if (sockets.get(socket) !== state) return;
        if (answer.to) remember(state, `${answer.to.host}:${answer.to.port}`, { address: answer.address, port });
        done(answer, state);
      });
    });
  }

  dgram.Socket.prototype.send = function (message, ...args) {
    if (sockets.get(this)?.peer) return send.call(this, message, ...args);
    const callback = args.findLast((arg) => typeof arg === 'function');
    const numbers = args.filter((arg) => typeof arg !== 'function');
    const sliced = numbers.length >= 3 && typeof numbers[1] === 'number';
    const [port, host] = sliced ? numbers.slice(2) : numbers;
    if (!(Number(port) > 0 && Number(port) <= 65535)) return send.call(this, message, ...args); // throws as it should
    const bytes = sliced ? Buffer.from(message).subarray(numbers[0], numbers[0] + numbers[1]) : message;
    const data = Array.isArray(bytes) ? Buffer.concat(bytes.map((part) => Buffer.from(part))) : Buffer.from(bytes);
    dial(this, host, Number(port), (answer) => {
      if (answer.to) return send.call(this, data, answer.to.port, real(this, answer.to.host), callback);
      if (answer.outside) return send.call(this, data, Number(port), answer.host ?? host, callback);
      if (answer.error !== 'ENOTFOUND') return callback?.(null, data.length); // as on a wire: lost without a word
      const error = systemError('ENOTFOUND', 'getaddrinfo', host);
      if (callback) callback(error);
      else this.emit('error', error);
    });
  };

  dgram.Socket.prototype.connect = function (port, host, done) {
    const callback = typeof host === 'function' ? host : done;
    const name = typeof host === 'string' ? host : undefined;
    if (sockets.get(this)?.peer || !(Number(port) > 0)) return connect.call(this, port, host, done); // throws as it should
    if (callback) this.once('connect', callback);
    dial(this, name, Number(port), (answer, state) => {
      if (answer.error) {
        const error =
          answer.error === 'ENOTFOUND'
            ? systemError('ENOTFOUND', 'getaddrinfo', name)
            : systemError(answer.error, 'connect', answer.address, port);
        if (callback) this.removeListener('connect', callback);
        return callback ? callback(error) : this.emit('error', error);
      }
      const to = answer.to ?? { host: name, port };
      state.peer = { address: answer.address ?? name, family: 'IPv4', port: Number(port) };
      connect.call(this, to.port, real(this, to.host));
    });
  };

  /** Shows a datagram with its sender's nominal address; datagrams keep their order while that is asked for. */
  function receive(socket, state, message, info) {
    const host = info.address.replace(/^::ffff:/i, '');
    const item = { message, info, shown: state.shown.get(`${host}:${info.port}`) };
    state.inbox.push(item);
    if (item.shown) return deliver(socket, state);
    control.ask({ op: 'peer', host, port: info.port }, ({ address: known, port }) => {
      item.shown = known ? { address: known, port } : { address: host, port: info.port };
      if (!known) state.raw.add(`${host}:${info.port}`);
      remember(state, `${host}:${info.port}`, item.shown);
      deliver(socket, state);
    });
    return true;
  }

  function deliver(socket, state) {
    while (state.inbox[0]?.shown && sockets.get(socket) === state) {
      const { message, info, shown } = state.inbox.shift();
      emit.call(socket, 'message', message, { ...info, address: shown.address, port: shown.port });
    }
    return true;
  }

  function remember(state, key, shown) {
    if (state.shown.size >= mostPeers) {
      state.shown.clear();
      state.raw.clear();
    }
    state.shown.set(key, shown);
  }

  dgram.Socket.prototype.close = function (...args) {
    const state = sockets.get(this);
    if (state) control.tell({ op: 'unlisten', registration: state.registration });
    sockets.delete(this);
    return close.apply(this, args);
  };

  dgram.Socket.prototype.address = function () {
    const bound = address.call(this);
    const state = sockets.get(this);
    return state
      ? { ...bound, address: state.host ?? (this.type === 'udp6' ? '::' : '0.0.0.0'), port: state.port }
      : bound;
  };

  dgram.Socket.prototype.remoteAddress = function () {
    return sockets.get(this)?.peer ?? remoteAddress.call(this);
  };
}

module.exports = { patch };
