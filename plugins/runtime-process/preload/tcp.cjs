// TCP in a pod: `listen` and `connect` of node:net, and with them http, https, fetch and every library on top.
//   listen(80)          listens on a free loopback port and registers it as port 80 of the pod
//   connect('web', 80)  asks the network where that is, and connects there
// Addresses that the program sees (address(), remoteAddress, localAddress) are the pod network's.
'use strict';

const net = require('node:net');
const { meansPod, systemError } = require('./control.cjs');

let registrations = 0;

/** The next registration's number, for both protocols. */
const nextRegistration = () => ++registrations;

function patch(control, pod) {
  const servers = new WeakMap();
  const dialled = new WeakMap();
  if (pod.address !== '') patchServers(control, pod, servers);
  patchSockets(control, dialled);
  patchAddresses(pod, servers, dialled);
}

function patchServers(control, pod, servers) {
  const { listen, close, address, emit } = net.Server.prototype;

  net.Server.prototype.listen = function (...args) {
    const wanted = wantedAddress(args);
    if (!wanted || this._handle) return listen.apply(this, args);
    const callback = args.findLast((arg) => typeof arg === 'function');
    const rest = callback ? [callback] : [];
    const port = pod.givenPorts.has(wanted.port) ? wanted.port : 0;
    if (!meansPod(wanted.host) && net.isIP(wanted.host) && wanted.host !== pod.address) {
      if (callback) this.once('listening', callback);
      const error = systemError('EADDRNOTAVAIL', 'listen', wanted.host, wanted.port);
      process.nextTick(() => this.emit('error', error));
      return this;
    }
    if (port === 0) servers.set(this, { ...wanted, registration: nextRegistration(), registered: false });
    return listen.call(this, { ...wanted.options, host: '127.0.0.1', port, ipv6Only: false }, ...rest);
  };

  // 'listening' waits until the network knows the port.
  net.Server.prototype.emit = function (event, ...args) {
    const state = event === 'listening' ? servers.get(this) : undefined;
    if (!state || state.registered) return emit.call(this, event, ...args);
    const { registration, port } = state;
    const question = { op: 'listen', protocol: 'TCP', registration, port, real: address.call(this).port };
    control.ask(question, (answer) => {
      if (servers.get(this) !== state || !this._handle) return; // closed meanwhile
      if (answer.error) {
        servers.delete(this);
        this._handle.close();
        this._handle = null;
        emit.call(this, 'error', systemError(answer.error, 'listen', state.host ?? '::', port));
        return;
      }
      Object.assign(state, { registered: true, port: answer.port });
      emit.call(this, 'listening');
    });
    return true;
  };

  net.Server.prototype.close = function (...args) {
    const state = servers.get(this);
    if (state) control.tell({ op: 'unlisten', registration: state.registration });
    servers.delete(this);
    return close.apply(this, args);
  };

  net.Server.prototype.address = function () {
    const state = servers.get(this);
    if (!state) return address.call(this);
    if (!this._handle) return null;
    const host = state.host && net.isIP(state.host) ? state.host : state.host === 'localhost' ? '127.0.0.1' : '::';
    return { address: host, family: net.isIPv6(host) ? 'IPv6' : 'IPv4', port: state.port };
  };
}

/** What `listen` was asked for; undefined when it is not a TCP port (a pipe, a handle, a mistake). */
function wantedAddress(args) {
  const [first] = args;
  const valid = (port) => Number.isInteger(Number(port)) && Number(port) >= 0 && Number(port) <= 65535;
  if (typeof first === 'object' && first !== null) {
    if (first._handle || first.handle || first.fd !== undefined || first.path || !('port' in first)) return undefined;
    if (first.host !== undefined && typeof first.host !== 'string') return undefined;
    return valid(first.port ?? 0) ? { port: Number(first.port ?? 0), host: first.host, options: first } : undefined;
  }
  if (typeof first === 'string' && !/^\d+$/.test(first)) return undefined;
  const port = first === undefined || first === null || typeof first === 'function' ? 0 : first;
  const host = typeof args[1] === 'string' ? args[1] : undefined;
  const backlog = args.slice(1, 3).find((arg) => typeof arg === 'number');
  return valid(port) ? { port: Number(port), host, options: backlog === undefined ? {} : { backlog } } : undefined;
}

function patchSockets(control, dialled) {
  const { connect } = net.Socket.prototype;

  net.Socket.prototype.connect = function (...args) {
    const [options, callback] = wantedPeer(args);
    const port = Number(options?.port);
    const host = options?.host || 'localhost';
    if (!options || options.path || typeof host !== 'string' || !(port > 0 && port <= 65535)) {
      return connect.apply(this, args);
    }
    const again = this.destroyed; // connect on a destroyed socket begins a new life
    this.connecting = true; // writes wait for 'connect'
    if (callback) this.once('connect', callback);
    control.ask({ op: 'dial', protocol: 'TCP', host, port }, (answer) => {
      if (this.destroyed && !again) return;
      if (answer.outside) return connect.call(this, answer.host ? { ...options, host: answer.host } : options);
      if (answer.error) {
        const named = answer.error === 'ENOTFOUND';
        const error = named
          ? systemError('ENOTFOUND', 'getaddrinfo', host)
          : systemError(answer.error, 'connect', answer.address, port);
        if (named) this.emit('lookup', error, undefined, undefined, host);
        this.connecting = false;
        return this.destroy(error);
      }
      if (!net.isIP(host)) this.emit('lookup', null, answer.address, 4, host);
      dialled.set(this, { address: answer.address, port });
      const from = answer.from ? { localAddress: answer.from.host, localPort: answer.from.port } : {};
      const { localAddress, localPort, lookup, family, ...rest } = options;
      connect.call(this, { ...rest, ...answer.to, ...from });
    });
    return this;
  };
}

/** Options and callback of any of `connect`'s forms; node:net itself calls it with one array of both. */
function wantedPeer(args) {
  if (Array.isArray(args[0])) return [args[0][0], args[0][1] ?? undefined];
  const callback = args.findLast((arg) => typeof arg === 'function');
  const [first, second] = args;
  if (typeof first === 'object' && first !== null) return [first, callback];
  if (typeof first === 'number' || /^\d+$/.test(first)) {
    return [{ port: first, ...(typeof second === 'string' && { host: second }) }, callback];
  }
  return [undefined, callback];
}

/** `remoteAddress`, `localPort` and the like are made of these two. */
function patchAddresses(pod, servers, dialled) {
  const { _getpeername, _getsockname } = net.Socket.prototype;
  const top = pod.address.split('.')[0];
  const nominal = (address) =>
    /^127\./.test(address) && address !== '127.0.0.1' && pod.address !== '' ? address.replace('127', top) : address;

  net.Socket.prototype._getpeername = function () {
    const real = _getpeername.call(this);
    const peer = dialled.get(this);
    if (!real?.address) return real;
    if (peer) return { address: peer.address, family: 'IPv4', port: peer.port };
    return servers.has(this.server) ? { ...real, address: nominal(real.address) } : real;
  };

  net.Socket.prototype._getsockname = function () {
    const real = _getsockname.call(this);
    const state = servers.get(this.server);
    if (!real?.address || pod.address === '') return real;
    if (dialled.has(this)) return { ...real, address: nominal(real.address) };
    if (!state) return real;
    return { ...real, address: pod.address, port: state.port };
  };
}

module.exports = { patch, nextRegistration };
