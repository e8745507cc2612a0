// What listens on a mock container's ports: something that answers an HTTP request with one page and hangs up.

const encoder = new TextEncoder();

/** Our end of a connection whose server answers with `status` as soon as a request's head has arrived. */
export function answering(
  status: 200 | 500,
  page: string,
): { readable: ReadableStream<Uint8Array>; writable: WritableStream<Uint8Array> } {
  const body = encoder.encode(page);
  const head =
    `HTTP/1.1 ${status} ${status === 200 ? 'OK' : 'Internal Server Error'}\r\n` +
    `Content-Type: text/plain\r\nContent-Length: ${body.length}\r\nConnection: close\r\n\r\n`;
  let out: ReadableStreamDefaultController<Uint8Array> | undefined;
  let heard = '';
  const hangUp = () => {
    out?.close();
    out = undefined;
  };
  // Two streams, not a TransformStream: cancelling one of those after its end throws on Node.js 20.
  const readable = new ReadableStream<Uint8Array>({
    start(controller) {
      out = controller;
    },
    cancel() {
      out = undefined;
    },
  });
  const decoder = new TextDecoder();
  const writable = new WritableStream<Uint8Array>({
    write(bytes) {
      heard += decoder.decode(bytes, { stream: true });
      if (!heard.includes('\r\n\r\n')) return;
      out?.enqueue(encoder.encode(head));
      out?.enqueue(body);
      hangUp();
    },
    close: hangUp,
    abort: hangUp,
  });
  return { readable, writable };
}
