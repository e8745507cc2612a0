// What is not even HTTP, over bare TLS sockets: an answer where one is due, an end where none is, and nobody else notices.

import { connect, type TLSSocket } from 'node:tls';
import { expect } from 'chai';
import { TestFace } from './test-face.ts';

const host = 'Host: localhost';
const request = (...lines: string[]): string => `${lines.join('\r\n')}\r\n\r\n`;
const path = '/api/v1/namespaces/default/configmaps';

/** The head with a body that need not fit it. */
const post = (length: string, body: string): string =>
  request(`POST ${path} HTTP/1.1`, host, 'Content-Type: application/json', length) + body;

describe('bad HTTP', () => {
  let world: TestFace;

  before(async () => {
    world = await new TestFace().start();
  });
  after(() => world.stop());

  async function open(): Promise<TLSSocket> {
    const { certificate: cert, key } = await world.face.clientCertificate({ name: 'me', groups: ['system:masters'] });
    const { port } = world.face.address;
    const socket = connect({ port, host: '127.0.0.1', ca: world.face.certificateAuthority, cert, key });
    return new Promise((resolve, reject) => socket.once('secureConnect', () => resolve(socket)).once('error', reject));
  }

  /** Sends, and gives everything that comes until the server ends the connection. */
  async function say(text: string | Buffer, end = false): Promise<string> {
    const socket = await open();
    let answer = '';
    socket.on('data', (part) => {
      answer += String(part);
    });
    const closed = new Promise((resolve) => socket.once('close', resolve));
    socket.on('error', () => {});
    socket.write(text);
    if (end) socket.end();
    await closed;
    return answer;
  }

  const refusals: [what: string, text: string, code: number, reason: string][] = [
    ['nothing that HTTP knows', 'HELO localhost\r\n\r\n', 405, 'MethodNotAllowed'],
    ['a method that nobody has', request(`FETCH ${path} HTTP/1.1`, host), 405, 'MethodNotAllowed'],
    ['a tunnel', request('CONNECT 127.0.0.1:22 HTTP/1.1', host), 405, 'MethodNotAllowed'],
    ['another protocol', request(`GET ${path} FTP/1.1`, host), 400, 'BadRequest'],
    ['no host', request(`GET ${path} HTTP/1.1`, 'Connection: close'), 400, 'BadRequest'],
    ['a header that is none', request(`GET ${path} HTTP/1.1`, host, 'no colon'), 400, 'BadRequest'],
    ['a header with a line end in it', request(`GET ${path} HTTP/1.1`, host, 'A: b\rc: d'), 400, 'BadRequest'],
    [
      'headers over 1 MB',
      request(`GET ${path} HTTP/1.1`, host, `A: ${'a'.repeat(1_100_000)}`),
      431,
      'RequestEntityTooLarge',
    ],
    ['a path over 1 MB', request(`GET ${path}/${'a'.repeat(1_100_000)} HTTP/1.1`, host), 431, 'RequestEntityTooLarge'],
    ['a length that is none', post('Content-Length: many', '{}'), 400, 'BadRequest'],
    ['a negative length', post('Content-Length: -2', '{}'), 400, 'BadRequest'],
    ['two lengths', post('Content-Length: 2\r\nContent-Length: 5', '{}'), 400, 'BadRequest'],
    [
      'a length and chunks',
      post('Content-Length: 2\r\nTransfer-Encoding: chunked', '2\r\n{}\r\n0\r\n\r\n'),
      400,
      'BadRequest',
    ],
    ['chunks of no size', post('Transfer-Encoding: chunked', 'zz\r\n{}\r\n'), 400, 'BadRequest'],
    ['chunks of endless size', post('Transfer-Encoding: chunked', `${'f'.repeat(20)}\r\n{}\r\n`), 400, 'BadRequest'],
    [
      'a chunk that is longer than it says',
      post('Transfer-Encoding: chunked', '2\r\n{"a":1}\r\n0\r\n\r\n'),
      400,
      'BadRequest',
    ],
    [
      'an expectation',
      request(`GET ${path} HTTP/1.1`, host, 'Expect: miracles', 'Connection: close'),
      417,
      'BadRequest',
    ],
  ];

  for (const [what, text, code, reason] of refusals)
    it(`answers ${what} with ${code}`, async () => {
      const answer = await say(text);
      expect(answer).to.match(new RegExp(`^HTTP/1\\.1 ${code} `));
      const status = JSON.parse(answer.slice(answer.indexOf('\r\n\r\n') + 4));
      expect(status).to.deep.include({ kind: 'Status', status: 'Failure', code, reason });
      expect((await world.ask('/readyz')).text).to.equal('ok');
    });

  it('answers a body of more than 3 MB when all of it has come, and the next request too', async () => {
    const body = `400000\r\n${' '.repeat(0x400000)}\r\n0\r\n\r\n`;
    const next = request('GET /version HTTP/1.1', host, 'Connection: close');
    const answer = await say(`${post('Transfer-Encoding: chunked', body)}${next}`);
    expect([...answer.matchAll(/HTTP\/1\.1 (\d+)/g)].map(([, code]) => code)).to.deep.equal(['413', '200']);
    expect(answer).to.contain('"reason":"RequestEntityTooLarge"');
  });

  it('answers what came before it, then refuses it', async () => {
    const answer = await say(`${request('GET /version HTTP/1.1', host)}${post('Content-Length: 2', '{}}}}}')}`);
    const codes = [...answer.matchAll(/HTTP\/1\.1 (\d+)/g)].map(([, code]) => code);
    expect(codes).to.deep.equal(['200', '422', '405']);
  });

  it('lets go of whoever leaves in the middle, and keeps nothing of it', async () => {
    const before = await world.store.revision();
    const half = '{"metadata":{"name":"half"}}';
    await Promise.all([
      say(post('Content-Length: 1000', half), true),
      say(post('Transfer-Encoding: chunked', `1c\r\n${half}\r\n`), true),
      say(`POST ${path} HT`, true),
      say(Buffer.from([0x16, 3, 1, 0, 0]), true),
    ]);
    expect(await world.store.revision()).to.equal(before);
    expect((await world.ask(`${path}/half`)).code).to.equal(404);
  });
});
