// Port-forward: connections from a client to ports of a pod.
//   over SPDY         two streams a connection, which the client opens with the same `requestid`: `error`, and `data`
//   over a WebSocket  two channels a port of `?ports=80,443`: 0 data of 80, 1 errors of 80, 2 data of 443, ...; the first
//                     two bytes of each are its port. Clients in JavaScript and Python do this; kubectl never did.
// A connection that cannot be made is told as text on its error stream, and the others go on.
// In Kubernetes: kubelet/pkg/cri/streaming/portforward.

import type { Cancel, Clock } from '../../../core/contracts/clock.ts';
import type { PortConnection } from '../../../core/contracts/kubelet-connection.ts';
import { badRequest } from '../../../core/model/status.ts';
import type { ChannelSocket } from './channel-socket.ts';
import { SpdyConnection } from './spdy-connection.ts';
import type { SpdyStream } from './spdy-stream.ts';

/** Opens a connection to a port of the pod. Rejects with an Error in the kubelet's words. */
export type Dial = (port: number) => Promise<PortConnection>;

/** How long the second stream of a connection is waited for: Kubernetes' DefaultStreamCreationTimeout, milliseconds. */
const streamCreation = 30_000;

interface Pair {
  data?: SpdyStream;
  error?: SpdyStream;
  readonly late: Cancel;
}

/** Serves the connection until the client goes. */
export function forwardOverSpdy(transport: ConstructorParameters<typeof SpdyConnection>[0], clock: Clock, dial: Dial) {
  const pairs = new Map<string, Pair>();
  const pairOf = (id: string): Pair => {
    const known = pairs.get(id);
    if (known) return known;
    const late = clock.schedule(streamCreation, () => {
      const pair = pairs.get(id);
      pairs.delete(id);
      pair?.error?.reset();
      pair?.data?.reset();
    });
    const pair: Pair = { late };
    pairs.set(id, pair);
    return pair;
  };
  const connection = new SpdyConnection(transport, clock, (stream) => {
    const type = stream.headers.get('streamtype');
    const port = Number(stream.headers.get('port'));
    if ((type !== 'data' && type !== 'error') || !isPort(port)) return stream.reset();
    // Clients older than 1.3 number their connections by their streams only: error first, data two later.
    const id = stream.headers.get('requestid') ?? String(type === 'error' ? stream.id : stream.id - 2);
    const pair = pairOf(id);
    if (pair[type]) return stream.reset();
    pair[type] = stream;
    stream.accept();
    const { data, error, late } = pair;
    if (!data || !error) return;
    late();
    pairs.delete(id);
    void error.readable.cancel();
    void forward(data, error.writable, dial, port);
  });
  return connection.closed.then(() => {
    for (const { late } of pairs.values()) late();
  });
}

/** Bytes both ways until either end has had enough; an error is told as text. Never rejects. */
async function forward(
  data: { readonly readable: ReadableStream<Uint8Array>; readonly writable: WritableStream<Uint8Array> },
  error: WritableStream<Uint8Array>,
  dial: Dial,
  port: number,
): Promise<void> {
  try {
    const connection = await dial(port);
    const sent = data.readable.pipeTo(connection.writable);
    sent.catch(() => {});
    await connection.readable.pipeTo(data.writable);
    // The pod has said all it had to say, and closed: it hears nothing any more either.
    await connection.writable.abort().catch(() => {});
    await error.close();
  } catch (thrown) {
    await tell(error, thrown);
    await data.writable.close().catch(() => {});
    await data.readable.cancel().catch(() => {});
  }
}

async function tell(error: WritableStream<Uint8Array>, thrown: unknown): Promise<void> {
  const writer = error.getWriter();
  try {
    await writer.write(new TextEncoder().encode(thrown instanceof Error ? thrown.message : String(thrown)));
    await writer.close();
  } catch {
    // The client has gone.
  }
}

/** @throws ApiError 400 for what are no ports */
export function portsOf(query: URLSearchParams): readonly number[] {
  const texts = query.getAll('ports').flatMap((text) => text.split(','));
  const ports = texts.map(Number);
  if (ports.length === 0) throw badRequest('query parameter "ports" is required');
  for (const [index, port] of ports.entries())
    if (!isPort(port)) throw badRequest(`invalid port ${JSON.stringify(texts[index])}: it must be from 1 to 65535`);
  return ports;
}

const isPort = (port: number): boolean => Number.isInteger(port) && port > 0 && port < 65_536;

/** Opens all ports at once, and serves them until the client goes. */
export async function forwardOverChannels(socket: ChannelSocket, ports: readonly number[], dial: Dial): Promise<void> {
  const forwards = ports.map(async (port, index) => {
    const first = Uint8Array.of(port & 0xff, port >> 8);
    const readable = socket.readable(2 * index);
    const error = socket.writable(2 * index + 1);
    await socket.send(2 * index, first);
    await socket.send(2 * index + 1, first);
    await forward({ readable, writable: socket.writable(2 * index) }, error, dial, port);
  });
  await Promise.race([socket.closed, Promise.allSettled(forwards)]);
  socket.close();
}
