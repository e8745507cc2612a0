// SPDY frames: SPDY/3.1 on the wire, as much of it as Kubernetes' clients speak (exec up to 1.29, port-forward always).
//   control   1 | version 3 (15 bits) | type (16) | flags (8) | length (24) | payload
//   data      0 | stream (31 bits)                | flags (8) | length (24) | bytes
// Pure: `frames` takes bytes in pieces of any size and gives whole frames; the functions below make the ones that we send.
// Headers inside SYN_STREAM, SYN_REPLY and HEADERS stay compressed here (spdy-headers.ts).
// https://www.chromium.org/spdy/spdy-protocol/spdy-protocol-draft3-1/

export const frameType = {
  synStream: 1,
  synReply: 2,
  rstStream: 3,
  settings: 4,
  ping: 6,
  goAway: 7,
  headers: 8,
  windowUpdate: 9,
} as const;

/** The sender will not send more on this stream. */
export const fin = 1;

export const resetReason = { protocolError: 1, invalidStream: 2, refusedStream: 3, cancel: 5 } as const;

export type Frame =
  | { readonly kind: 'data'; readonly stream: number; readonly last: boolean; readonly bytes: Buffer }
  | { readonly kind: 'control'; readonly type: number; readonly flags: number; readonly payload: Buffer };

/** What does not keep to SPDY/3.1: the connection cannot go on. */
export class SpdyError extends Error {
  override readonly name = 'SpdyError';
}

const head = 8;

/** Longest payload of a control frame, bytes: headers, and Kubernetes' are short. */
const longestControl = 64 * 1024;

/** Longest piece of data that is accepted in one frame, bytes; Kubernetes' clients send 32 kB at most. */
const longestData = 1024 * 1024;

/** @throws SpdyError for what is no frame */
export async function* frames(chunks: AsyncIterable<Buffer>): AsyncGenerator<Frame> {
  let parts: Buffer[] = [];
  let length = 0;
  let wanted = head;
  for await (const chunk of chunks) {
    parts.push(chunk);
    length += chunk.length;
    if (length < wanted) continue;
    let bytes = parts.length === 1 ? chunk : Buffer.concat(parts);
    wanted = head;
    while (bytes.length >= head) {
      const size = head + payloadLength(bytes);
      if (bytes.length < size) {
        wanted = size;
        break;
      }
      yield frameOf(bytes.subarray(0, size));
      bytes = bytes.subarray(size);
    }
    parts = bytes.length > 0 ? [bytes] : [];
    length = bytes.length;
  }
}

const isControl = (bytes: Buffer): boolean => (bytes.readUInt8(0) & 0x80) !== 0;

function payloadLength(bytes: Buffer): number {
  const length = bytes.readUIntBE(5, 3);
  if (!isControl(bytes)) {
    if (length > longestData) throw new SpdyError(`a data frame of ${length} bytes is too long`);
    return length;
  }
  const version = bytes.readUInt16BE(0) & 0x7fff;
  if (version !== 3) throw new SpdyError(`this is no frame of SPDY/3.1: its version is ${version}`);
  if (length > longestControl) throw new SpdyError(`a control frame of ${length} bytes is too long`);
  return length;
}

function frameOf(bytes: Buffer): Frame {
  const flags = bytes.readUInt8(4);
  const payload = bytes.subarray(head);
  if (isControl(bytes)) return { kind: 'control', type: bytes.readUInt16BE(2), flags, payload };
  return { kind: 'data', stream: bytes.readUInt32BE(0), last: (flags & fin) !== 0, bytes: payload };
}

/** The stream that a control frame is about. @throws SpdyError when it is too short to tell */
export function streamOf(payload: Buffer): number {
  if (payload.length < 4) throw new SpdyError('a control frame is too short to name its stream');
  return payload.readUInt32BE(0) & 0x7fff_ffff;
}

export function controlFrame(type: number, payload: Buffer, flags = 0): Buffer {
  const bytes = Buffer.alloc(head + payload.length);
  bytes.writeUInt16BE(0x8003, 0);
  bytes.writeUInt16BE(type, 2);
  bytes.writeUInt8(flags, 4);
  bytes.writeUIntBE(payload.length, 5, 3);
  payload.copy(bytes, head);
  return bytes;
}

export function dataFrame(stream: number, data: Uint8Array, last = false): Buffer {
  const bytes = Buffer.allocUnsafe(head + data.length);
  bytes.writeUInt32BE(stream, 0);
  bytes.writeUInt8(last ? fin : 0, 4);
  bytes.writeUIntBE(data.length, 5, 3);
  bytes.set(data, head);
  return bytes;
}

const numbers = (...values: readonly number[]): Buffer => {
  const bytes = Buffer.alloc(4 * values.length);
  for (const [index, value] of values.entries()) bytes.writeUInt32BE(value, 4 * index);
  return bytes;
};

export const synStream = (stream: number, headers: Buffer): Buffer =>
  controlFrame(frameType.synStream, Buffer.concat([numbers(stream, 0), Buffer.alloc(2), headers]));

export const synReply = (stream: number, headers: Buffer): Buffer =>
  controlFrame(frameType.synReply, Buffer.concat([numbers(stream), headers]));

export const rstStream = (stream: number, reason: number): Buffer =>
  controlFrame(frameType.rstStream, numbers(stream, reason));

export const ping = (id: number): Buffer => controlFrame(frameType.ping, numbers(id));

/** @param status 0: all is well; 1: protocol error */
export const goAway = (lastStream: number, status = 0): Buffer =>
  controlFrame(frameType.goAway, numbers(lastStream, status));
