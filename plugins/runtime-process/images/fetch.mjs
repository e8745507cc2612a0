// wget and curl for containers: the options that tutorials use, on the pod's network.
//   wget [-q] [-S] [-O FILE|-] [-T SECONDS] [--spider] [--post-data=TEXT] [--header=TEXT] URL
//   curl [-s] [-f] [-i] [-I] [-L] [-k] [-v] [-o FILE] [-m SECONDS] [-X METHOD] [-d TEXT] [-H HEADER] [-w FORMAT]
//        [--cacert FILE] URL...

import { readFileSync, writeFileSync } from 'node:fs';
import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { basename } from 'node:path';

const [kind, ...args] = process.argv.slice(2);
const curl = kind === 'curl';
const withValue = curl
  ? {
      o: 'output',
      m: 'timeout',
      X: 'method',
      d: 'data',
      H: 'header',
      w: 'format',
      u: 'user',
      A: 'agent',
      'connect-timeout': 'timeout',
      'max-time': 'timeout',
      output: 'output',
      request: 'method',
      data: 'data',
      header: 'header',
      'write-out': 'format',
      user: 'user',
      'data-raw': 'data',
      retry: 'retry',
      cacert: 'cacert',
    }
  : {
      O: 'output',
      T: 'timeout',
      'post-data': 'data',
      header: 'header',
      'output-document': 'output',
      timeout: 'timeout',
      t: 'retry',
      U: 'agent',
    };

/** Options as a map, short ones also run together (`-qO-`, `-sI`), and what is left: addresses. */
function parse(words) {
  const options = { header: [], flags: new Set() };
  const addresses = [];
  const rest = [...words];
  const set = (name, value) => {
    if (name === 'header') options.header.push(value);
    else options[name] = value;
  };
  const short = (letters) => {
    const [letter, ...more] = letters;
    if (withValue[letter]) set(withValue[letter], more.join('') || rest.shift());
    else options.flags.add(letter);
    if (!withValue[letter] && more.length > 0) short(more);
  };
  while (rest.length > 0) {
    const word = rest.shift();
    const [, name, , value] = /^--([\w-]+)(=(.*))?$/s.exec(word) ?? [];
    if (name && withValue[name]) set(withValue[name], value ?? rest.shift());
    else if (name) options.flags.add(name);
    else if (/^-./.test(word)) short([...word.slice(1)]);
    else addresses.push(word);
  }
  return { options, addresses };
}

const { options, addresses } = parse(args);
const on = (...names) => names.some((name) => options.flags.has(name));
const fail = (code, text) => {
  if (!on('s', 'silent', 'q') || on('S', 'show-error')) console.error(`${kind}: ${text}`);
  process.exitCode = code;
};

function load(address, hops = 0) {
  const url = new URL(/^\w+:\/\//.test(address) ? address : `http://${address}`);
  const headers = Object.fromEntries(options.header.map((text) => text.split(/:\s*/, 2)));
  if (options.user) headers.authorization = `Basic ${Buffer.from(options.user).toString('base64')}`;
  if (options.data !== undefined) headers['content-type'] ??= 'application/x-www-form-urlencoded';
  const head = curl ? on('I', 'head') : on('spider');
  const method = options.method ?? (options.data !== undefined ? 'POST' : head ? 'HEAD' : 'GET');
  const make = url.protocol === 'https:' ? httpsRequest : httpRequest;
  return new Promise((resolve, reject) => {
    const request = make(url, {
      method,
      agent: false,
      rejectUnauthorized: !on('k', 'insecure', 'no-check-certificate'),
      ...(options.cacert && { ca: readFileSync(options.cacert) }),
      headers: { 'user-agent': curl ? 'curl/8.0 (kubelab)' : 'Wget', accept: '*/*', ...headers },
    });
    if (options.timeout) {
      request.setTimeout(Number(options.timeout) * 1000, () =>
        request.destroy(Object.assign(new Error('download timed out'), { code: 'ETIMEDOUT' })),
      );
    }
    request.on('error', reject);
    request.on('response', async (response) => {
      const { location } = response.headers;
      if (
        location &&
        response.statusCode >= 300 &&
        response.statusCode < 400 &&
        hops < 10 &&
        (!curl || on('L', 'location'))
      ) {
        response.resume();
        return resolve(load(new URL(location, url).href, hops + 1));
      }
      const chunks = [];
      try {
        for await (const chunk of response) chunks.push(chunk);
      } catch (error) {
        return reject(error);
      }
      return resolve({ url, response, body: Buffer.concat(chunks) });
    });
    request.end(options.data);
  });
}

function show({ url, response, body }) {
  const { statusCode, statusMessage, rawHeaders } = response;
  const lines = [`HTTP/1.1 ${statusCode} ${statusMessage}`];
  for (let at = 0; at < rawHeaders.length; at += 2) lines.push(`${rawHeaders[at]}: ${rawHeaders[at + 1]}`);
  const output = options.output ?? (curl ? '-' : basename(url.pathname) || 'index.html');
  const failed = statusCode >= 400 && (curl ? on('f', 'fail') : true);
  if (curl ? on('i', 'include', 'I', 'head') : on('S')) {
    (curl ? process.stdout : process.stderr).write(`${lines.join('\r\n')}\r\n\r\n`);
  }
  if (failed)
    return fail(
      curl ? 22 : 1,
      curl
        ? `(22) The requested URL returned error: ${statusCode}`
        : `server returned error: HTTP/1.1 ${statusCode} ${statusMessage}`,
    );
  if (!(curl ? on('I', 'head') : on('spider'))) {
    if (output === '-') process.stdout.write(body);
    else writeFileSync(output, body);
  }
  if (options.format) {
    process.stdout.write(options.format.replaceAll('\\n', '\n').replaceAll('%{http_code}', String(statusCode)));
  }
}

if (addresses.length === 0) fail(curl ? 2 : 1, 'no URL specified');
for (const address of addresses) {
  try {
    show(await load(address));
  } catch (error) {
    const codes = { ENOTFOUND: 6, ECONNREFUSED: 7, EHOSTUNREACH: 7, ETIMEDOUT: 28 };
    const host = address.replace(/^\w+:\/\//, '').split('/')[0];
    const texts = curl
      ? {
          ENOTFOUND: `(6) Could not resolve host: ${host}`,
          ECONNREFUSED: `(7) Failed to connect to ${host}: Connection refused`,
          ETIMEDOUT: '(28) Operation timed out',
        }
      : {
          ENOTFOUND: `bad address '${host}'`,
          ECONNREFUSED: `can't connect to remote host (${error.address}): Connection refused`,
          ETIMEDOUT: 'download timed out',
        };
    fail(curl ? (codes[error.code] ?? 1) : 1, texts[error.code] ?? error.message);
  }
}
