// Upgrade: a request that turns its connection into something else than HTTP: a WebSocket, or SPDY/3.1.
// A request that is refused instead is answered like any other one, and its connection ends.
//   acceptWebSocket(exchange, 'v5.channel.k8s.io')    101, and the socket
//   acceptSpdy(exchange, 'v4.channel.k8s.io')         101, and the bare connection

import { type IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';
import { ApiError, badRequest } from '../../../core/model/status.ts';
import type { Exchange } from '../exchange.ts';

export interface Upgrade {
  readonly socket: Duplex;
  /** What came after the request's head. */
  readonly head: Buffer;
}

/** Longest message of a WebSocket, bytes: more than any client sends at once. */
const longestMessage = 32 * 1024 * 1024;

const protocols = new WeakMap<IncomingMessage, string>();
const webSockets = new WebSocketServer({ noServer: true, clientTracking: false, maxPayload: longestMessage });
webSockets.on('headers', (headers, request) => {
  const protocol = protocols.get(request);
  if (protocol !== undefined) headers.push(`Sec-WebSocket-Protocol: ${protocol}`);
});

/** The answer to an upgrade request, for as long as it may still be an ordinary one. */
export function responseOn(request: IncomingMessage, socket: Duplex): ServerResponse {
  const response = new ServerResponse(request);
  response.shouldKeepAlive = false;
  socket.on('error', () => socket.destroy());
  response.assignSocket(socket as Socket);
  // Node.js has let go of the connection: nobody else tells the answer that there is room again.
  socket.on('drain', () => response.emit('drain'));
  response.once('finish', () => {
    // What still comes in is thrown away: closed with it unread, the connection could lose the answer on its way out.
    socket.resume();
    (socket as Socket).destroySoon();
  });
  return response;
}

/** The protocols that the client offers, best first. */
export function offered(
  { request }: Exchange,
  header: 'sec-websocket-protocol' | 'x-stream-protocol-version',
): string[] {
  const values = request.headersDistinct[header] ?? [];
  return values
    .flatMap((value) => value.split(','))
    .map((protocol) => protocol.trim())
    .filter(Boolean);
}

/** `websocket` or `spdy/3.1`. @throws ApiError 400 for a request that asks for neither */
export function wantedUpgrade({ request, upgrade }: Exchange): 'websocket' | 'spdy/3.1' {
  const wanted = request.headers.upgrade?.toLowerCase();
  if (!upgrade || (wanted !== 'websocket' && wanted !== 'spdy/3.1')) throw badRequest('Upgrade request required');
  return wanted;
}

/** @throws ApiError 400 for a handshake that no WebSocket client sends */
export async function acceptWebSocket(exchange: Exchange, protocol: string | undefined): Promise<WebSocket> {
  const { request } = exchange;
  const { 'sec-websocket-key': key = '', 'sec-websocket-version': version } = request.headers;
  if (request.method !== 'GET') throw new ApiError(405, 'MethodNotAllowed', 'a WebSocket is asked for with GET');
  if (!/^[+/0-9A-Za-z]{22}==$/.test(key)) throw badRequest('missing or bad Sec-WebSocket-Key');
  if (version !== '13') throw badRequest('missing or bad WebSocket Version');
  const { socket, head } = takeOver(exchange);
  // ws refuses a protocol whose name has a slash (port-forward's): it does not get to see what was offered.
  delete request.headers['sec-websocket-protocol'];
  if (protocol !== undefined) protocols.set(request, protocol);
  let accepted: WebSocket | undefined;
  webSockets.handleUpgrade(request, socket, head, (made) => {
    accepted = made;
  });
  if (!accepted) throw new Error('the client has gone');
  // Broken frames and connections end in `close`.
  accepted.on('error', () => {});
  return accepted;
}

/** The connection, for frames of SPDY/3.1. */
export function acceptSpdy(exchange: Exchange, protocol: string): Duplex {
  const { socket, head } = takeOver(exchange);
  const lines = ['101 Switching Protocols', 'Connection: Upgrade', 'Upgrade: SPDY/3.1'];
  socket.write(`HTTP/1.1 ${[...lines, `X-Stream-Protocol-Version: ${protocol}`].join('\r\n')}\r\n\r\n`);
  if (head.length > 0) socket.unshift(head);
  return socket;
}

function takeOver({ response, upgrade }: Exchange): Upgrade {
  if (!upgrade) throw badRequest('Upgrade request required');
  upgrade.socket.removeAllListeners('drain');
  response.detachSocket(upgrade.socket as Socket);
  return upgrade;
}
