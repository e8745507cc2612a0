// Names in a pod: node:dns knows the cluster's services (`web`, `web.default.svc.cluster.local`) and asks the machine only
// for names that are not the cluster's.
'use strict';

const dns = require('node:dns');
const net = require('node:net');
const { systemError } = require('./control.cjs');

function patch(control) {
  /** Calls back with addresses, or without them when the machine is to be asked, and for which name. */
  const find = (name, syscall, done) => {
    if (typeof name !== 'string' || name === '' || net.isIP(name) || name === 'localhost') {
      return done(null, undefined, name);
    }
    control.ask({ op: 'lookup', name }, ({ addresses, answer, name: alias }) => {
      if (answer === 'none') done(systemError('ENOTFOUND', syscall, name));
      else done(null, answer === 'outside' ? undefined : addresses, alias ?? name);
    });
  };
  const findAsync = (name, syscall) =>
    new Promise((resolve, reject) => {
      find(name, syscall, (error, addresses, asked) => (error ? reject(error) : resolve({ addresses, asked })));
    });
  const shape = (addresses, options) => {
    const { all, family } = typeof options === 'number' ? { family: options } : (options ?? {});
    if (family === 6 || family === 'IPv6') return undefined;
    return all ? addresses.map((address) => ({ address, family: 4 })) : { address: addresses[0], family: 4 };
  };

  replace(dns, 'lookup', (lookup) => (name, ...args) => {
    const callback = args.at(-1);
    const options = args.length > 1 ? args[0] : {};
    if (typeof callback !== 'function') return lookup(name, ...args); // throws as it should
    return find(name, 'getaddrinfo', (error, addresses, asked) => {
      if (error) return callback(error);
      if (!addresses) return lookup(asked, ...args);
      const result = shape(addresses, options);
      if (!result) return callback(systemError('ENOTFOUND', 'getaddrinfo', name));
      return Array.isArray(result) ? callback(null, result) : callback(null, result.address, result.family);
    });
  });
  replace(dns.promises, 'lookup', (lookup) => async (name, options) => {
    const { addresses, asked } = await findAsync(name, 'getaddrinfo');
    if (!addresses) return lookup(asked, options);
    const result = shape(addresses, options);
    if (!result) throw systemError('ENOTFOUND', 'getaddrinfo', name);
    return result;
  });

  const records = (addresses, options) =>
    options?.ttl ? addresses.map((address) => ({ address, ttl: 5 })) : addresses;
  const withCallback = (isA) => (resolve) =>
    function (name, ...args) {
      const callback = args.at(-1);
      if (typeof callback !== 'function' || !isA(args[0])) return resolve.call(this, name, ...args);
      return find(name, 'queryA', (error, addresses, asked) => {
        if (error) return callback(error);
        return addresses ? callback(null, records(addresses, args[0])) : resolve.call(this, asked, ...args);
      });
    };
  const withPromise = (isA) => (resolve) =>
    async function (name, ...args) {
      if (!isA(args[0])) return resolve.call(this, name, ...args);
      const { addresses, asked } = await findAsync(name, 'queryA');
      return addresses ? records(addresses, args[0]) : resolve.call(this, asked, ...args);
    };
  const always = () => true;
  const typeA = (type) => typeof type !== 'string' || type === 'A';
  for (const holder of [dns, dns.Resolver.prototype]) {
    replace(holder, 'resolve4', withCallback(always));
    replace(holder, 'resolve', withCallback(typeA));
  }
  for (const holder of [dns.promises, dns.promises.Resolver.prototype]) {
    replace(holder, 'resolve4', withPromise(always));
    replace(holder, 'resolve', withPromise(typeA));
  }
}

/** Puts a function in another's place, with everything that hangs on it (`util.promisify` looks there). */
function replace(holder, name, make) {
  const original = holder[name];
  const replacement = make(original);
  Object.defineProperties(replacement, Object.getOwnPropertyDescriptors(original));
  holder[name] = replacement;
}

module.exports = { patch, replace };
