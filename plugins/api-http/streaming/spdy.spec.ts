import { PassThrough, Readable } from 'node:stream';
import { inflateSync } from 'node:zlib';
import { expect } from 'chai';
import { RealClock } from '../../../core/time/real-clock.ts';
import { SpdyConnection } from './spdy-connection.ts';
import {
  controlFrame,
  dataFrame,
  type Frame,
  fin,
  frames,
  frameType,
  ping,
  rstStream,
  SpdyError,
  synReply,
  synStream,
} from './spdy-frames.ts';
import { dictionary, HeaderPacker, HeaderUnpacker } from './spdy-headers.ts';
import type { SpdyStream } from './spdy-stream.ts';

const all = async (pieces: readonly Buffer[]): Promise<Frame[]> => {
  const found: Frame[] = [];
  for await (const frame of frames(Readable.from(pieces))) found.push(frame);
  return found;
};

const refused = async (bytes: Buffer): Promise<string> =>
  all([bytes]).then(
    () => 'accepted',
    (error: Error) => (error instanceof SpdyError ? error.message : `not a SpdyError: ${error}`),
  );

describe('SPDY frames', () => {
  it('are what the draft says', () => {
    expect(dataFrame(5, Buffer.from('hi'), true).toString('hex')).to.equal('00000005010000026869');
    expect(ping(7).toString('hex')).to.equal('800300060000000400000007');
    expect(rstStream(3, 5).toString('hex')).to.equal('80030003000000080000000300000005');
    expect(synReply(1, Buffer.from([9])).toString('hex')).to.equal('80030002000000050000000109');
    expect(synStream(1, Buffer.from([9])).toString('hex')).to.equal('800300010000000b0000000100000000000009');
  });

  it('are found in pieces of any size', async () => {
    const bytes = Buffer.concat([ping(1), dataFrame(1, Buffer.from('one')), dataFrame(3, Buffer.alloc(0), true)]);
    const whole = await all([bytes]);
    expect(whole).to.deep.equal([
      { kind: 'control', type: frameType.ping, flags: 0, payload: Buffer.from([0, 0, 0, 1]) },
      { kind: 'data', stream: 1, last: false, bytes: Buffer.from('one') },
      { kind: 'data', stream: 3, last: true, bytes: Buffer.alloc(0) },
    ]);
    for (let size = 1; size < bytes.length; size += 1) {
      const pieces: Buffer[] = [];
      for (let at = 0; at < bytes.length; at += size) pieces.push(bytes.subarray(at, at + size));
      expect(await all(pieces)).to.deep.equal(whole);
    }
  });

  it('of another version, or too long, are refused before they are read', async () => {
    expect(await refused(Buffer.from('800200060000000400000007', 'hex'))).to.contain('its version is 2');
    expect(await refused(Buffer.from('8003000100ffffff', 'hex'))).to.contain('too long');
    expect(await refused(Buffer.from('0000000100ffffff', 'hex'))).to.contain('too long');
    expect(await refused(Buffer.from('GET / HTTP/1.1\r\n'))).to.contain('too long');
  });
});

describe('SPDY headers', () => {
  it('begin with the dictionary that everybody has', async () => {
    const packer = new HeaderPacker();
    const block = await packer.pack({ streamtype: 'data' });
    packer.close();
    // zlib names the dictionary by its checksum, after two bytes of its own.
    expect(block.subarray(2, 6).toString('hex')).to.equal('e3c6a7c2');
    expect(inflateSync(block, { dictionary, finishFlush: 2 }).toString('latin1')).to.equal(
      '\0\0\0\x01\0\0\0\x0astreamtype\0\0\0\x04data',
    );
  });

  it('come out as they went in, block after block', async () => {
    const packer = new HeaderPacker();
    const unpacker = new HeaderUnpacker();
    for (const headers of [{ a: 'b' }, {}, { port: '80', requestid: '0', streamtype: 'error' }, { 'x-é': '€' }])
      expect(Object.fromEntries(await unpacker.unpack(await packer.pack(headers)))).to.deep.equal(headers);
    packer.close();
    unpacker.close();
  });

  it('that are none, or unpack to too much, are refused', async () => {
    const big = new HeaderPacker();
    const bomb = await big.pack({ a: 'x'.repeat(10_000_000) });
    expect(bomb.length).to.be.below(20_000);
    for (const block of [Buffer.from('nonsense'), bomb]) {
      const unpacker = new HeaderUnpacker();
      const error: unknown = await unpacker.unpack(block).catch((thrown) => thrown);
      expect(error).to.be.instanceOf(SpdyError);
      unpacker.close();
    }
    big.close();
  });
});

describe('SPDY connections', () => {
  /** The two ends of a connection: what we write comes out at `heard`. */
  function connection() {
    const transport = new PassThrough();
    const sent = new PassThrough();
    const streams: SpdyStream[] = [];
    // Reading is what the client says; writing goes elsewhere.
    const both = Object.assign(transport, { write: sent.write.bind(sent), end: sent.end.bind(sent) });
    const server = new SpdyConnection(both, new RealClock(), (stream) => streams.push(stream));
    const say = (bytes: Buffer) => transport.push(bytes);
    return { server, streams, say, hangUp: () => transport.push(null), sent };
  }
  const turns = async (condition: () => boolean) => {
    while (!condition()) await new Promise((resolve) => setImmediate(resolve));
  };

  it('open streams, with headers and bytes both ways', async () => {
    const { server, streams, say, hangUp, sent } = connection();
    const packer = new HeaderPacker();
    say(synStream(1, await packer.pack({ StreamType: 'data' })));
    await turns(() => streams.length === 1);
    const [stream] = streams;
    expect(stream?.headers.get('streamtype')).to.equal('data');
    stream?.accept();
    say(dataFrame(1, Buffer.from('ping'), true));
    expect(await new Response(stream?.readable).text()).to.equal('ping');
    const writer = stream?.writable.getWriter();
    await writer?.write(Buffer.from('pong'));
    await writer?.close();
    hangUp();
    await server.closed;
    const answers = (await all([sent.read()])).map((frame) =>
      frame.kind === 'data' ? String(frame.bytes) : frame.type,
    );
    expect(answers).to.deep.equal([frameType.synReply, 'pong', '']);
    packer.close();
  });

  it('that break the protocol end, and every stream hears of it', async () => {
    const { server, streams, say, sent } = connection();
    const packer = new HeaderPacker();
    say(synStream(1, await packer.pack({})));
    await turns(() => streams.length === 1);
    say(controlFrame(frameType.synReply, Buffer.alloc(4), fin));
    await server.closed;
    const error: unknown = await streams[0]?.readable
      .getReader()
      .read()
      .catch((thrown: Error) => thrown.message);
    expect(error).to.equal('the client has gone');
    const [goodbye] = await all([sent.read()]);
    expect(goodbye).to.deep.include({ type: frameType.goAway });
    packer.close();
  });
});
