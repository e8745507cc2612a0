// Bad HTTP: what does not even get to be a request (a head that is none, chunks that are none, headers without end) gets
// its answer here: a Status like everybody else's, on the bare connection, which then ends.
// Always true: into an answer that is on its way nothing is written; no connection waits for ever.

import type { ServerResponse } from 'node:http';
import type { Server } from 'node:https';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { ApiError, badRequest } from '../../core/model/status.ts';

/** What a request's head may hold, bytes: as much as Go's server takes. */
export const maxHeaderBytes = 1024 * 1024;

const phrases: Readonly<Record<number, string>> = {
  400: 'Bad Request',
  405: 'Method Not Allowed',
  408: 'Request Timeout',
  413: 'Request Entity Too Large',
  431: 'Request Header Fields Too Large',
};

/** @param answering the latest answer on a connection, if there was one */
export function answerBadHttp(server: Server, answering: (socket: Duplex) => ServerResponse | undefined): void {
  server.on('clientError', (error: NodeJS.ErrnoException, socket) => {
    if (error.code === 'ECONNRESET' || !socket.writable) return void socket.destroy();
    const answer = answering(socket);
    if (!answer || answer.writableFinished || !answer.req.complete) return say(socket, refusalOf(error));
    if (answer.headersSent) return void socket.destroy();
    // What came before it was a good request: it gets its answer first.
    answer.once('finish', () => say(socket, refusalOf(error)));
  });
  server.on('connect', (_request, socket: Duplex) => say(socket, notAllowed));
  // A connection that nobody handed to HTTP yet: it spoke something else than TLS.
  server.on('tlsClientError', (_error, socket) => void socket.destroy());
}

const notAllowed = new ApiError(
  405,
  'MethodNotAllowed',
  'the server does not allow this method on the requested resource',
  {},
);

function refusalOf({ code, message }: NodeJS.ErrnoException): ApiError {
  switch (code) {
    case 'HPE_HEADER_OVERFLOW':
      return new ApiError(
        431,
        'RequestEntityTooLarge',
        `request header fields too large: limit is ${maxHeaderBytes} bytes`,
      );
    case 'HPE_CHUNK_EXTENSIONS_OVERFLOW':
      return new ApiError(413, 'RequestEntityTooLarge', 'the chunks of the body say too much about themselves');
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return new ApiError(408, 'Timeout', 'the request did not come to an end in time', {});
    case 'HPE_INVALID_METHOD':
      return notAllowed;
    default:
      return badRequest(`this is no HTTP request: ${message}`);
  }
}

function say(socket: Duplex, { code, status }: ApiError): void {
  const body = `${JSON.stringify(status)}\n`;
  const head = [
    `HTTP/1.1 ${code} ${phrases[code] ?? ''}`,
    'Connection: close',
    'Content-Type: application/json',
    `Content-Length: ${Buffer.byteLength(body)}`,
  ];
  socket.on('error', () => socket.destroy());
  // What still comes in is thrown away: closed with it unread, the connection could lose the answer on its way out.
  socket.resume();
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`, () => (socket as Socket).destroySoon());
}
