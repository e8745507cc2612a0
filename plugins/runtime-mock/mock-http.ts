// What listens on a mock container's ports: something that answers every HTTP request with one page and hangs up.

const encoder = new TextEncoder();

/** Both ends of a connection whose server answers each with `status` as soon as a request's head has arrived. */
export function answering(
  status: 200 | 500,
  page: string,
): { readable: ReadableStream<Uint8Array>; writable: WritableStream<Uint8Array> } {
  let heard = '';
  const decoder = new TextDecoder();
  const body = encoder.encode(page);
  return new TransformStream<Uint8Array, Uint8Array>({
    transform(bytes, out) {
      heard += decoder.decode(bytes, { stream: true });
      if (!heard.includes('\r\n\r\n')) return;
      out.enqueue(
        encoder.encode(
          `HTTP/1.1 ${status} ${status === 200 ? 'OK' : 'Internal Server Error'}\r\n` +
            `Content-Type: text/plain\r\nContent-Length: ${body.length}\r\nConnection: close\r\n\r\n`,
        ),
      );
      out.enqueue(body);
      out.terminate();
    },
  });
}
