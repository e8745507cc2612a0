// Prober: asks a container's program one question: does a command succeed, a page load, a port accept, a gRPC service
// answer. Probes and life cycle hooks use it. The one here needs nothing but the runtime: it speaks HTTP/1.1 over
// `portForward`, so it reaches pods whose network is virtual, and runs in a browser.
// In real Kubernetes: the kubelet dials the pod's address; HTTPS and gRPC probes work too. Here they need a Prober of
// the platform, given to the kubelet.

import type { ContainerRuntime } from '../contracts/container-runtime.ts';
import type { ExecAction, GRPCAction, HTTPGetAction, TCPSocketAction } from '../model/handler.ts';
import { textOf } from './inputs.ts';

/** What may be asked: exactly one of them is set. */
export interface Question {
  readonly exec?: ExecAction;
  readonly httpGet?: HTTPGetAction;
  readonly tcpSocket?: TCPSocketAction;
  readonly grpc?: GRPCAction;
}

/** Whom: a running container. */
export interface Asked {
  readonly sandboxId: string;
  readonly containerId: string;
  /** The pod's address, for messages and the Host header. */
  readonly address: string;
  /** The port's number: ports may be asked for by name. */
  port(nameOrNumber: string | number): number;
}

export interface Answer {
  readonly ok: boolean;
  /** Kubernetes' text for the event: `HTTP probe failed with statuscode: 500`. */
  readonly message: string;
}

export interface Prober {
  /** Never throws: what goes wrong is the answer. @param timeout milliseconds */
  ask(question: Question, asked: Asked, timeout: number): Promise<Answer>;
}

const yes: Answer = { ok: true, message: '' };
const no = (message: string): Answer => ({ ok: false, message });

/** Bytes of an answer that are read before we stop listening. */
const enough = 10_240;

export class RuntimeProber implements Prober {
  readonly #runtime: ContainerRuntime;

  constructor(runtime: ContainerRuntime) {
    this.#runtime = runtime;
  }

  async ask(question: Question, asked: Asked, timeout: number): Promise<Answer> {
    const { exec, httpGet, tcpSocket } = question;
    try {
      if (exec) return await this.#exec(exec, asked, timeout);
      if (httpGet) return await this.#httpGet(httpGet, asked);
      if (tcpSocket) return await this.#tcpSocket(tcpSocket, asked);
      return no('gRPC probes are not supported by this kubelet; use httpGet, tcpSocket or exec');
    } catch (error) {
      return no(error instanceof Error ? error.message : String(error));
    }
  }

  async #exec({ command = [] }: ExecAction, { containerId }: Asked, timeout: number): Promise<Answer> {
    const { exitCode, stdout, stderr } = await this.#runtime.execSync(containerId, command, timeout);
    return exitCode === 0 ? yes : no(`${textOf(stdout)}${textOf(stderr)}`);
  }

  async #tcpSocket({ port }: TCPSocketAction, asked: Asked): Promise<Answer> {
    const { readable, writable } = await this.#dial(asked, asked.port(port));
    await hangUp(readable, writable);
    return yes;
  }

  async #httpGet(get: HTTPGetAction, asked: Asked): Promise<Answer> {
    const port = asked.port(get.port);
    const path = get.path?.startsWith('/') ? get.path : `/${get.path ?? ''}`;
    const url = `${(get.scheme ?? 'HTTP').toLowerCase()}://${get.host ?? asked.address}:${port}${path}`;
    if (get.scheme === 'HTTPS') return no(`Get "${url}": HTTPS probes are not supported by this kubelet; use HTTP`);
    try {
      const { readable, writable } = await this.#dial(asked, port);
      const status = await statusOf(readable, writable, request(get, `${asked.address}:${port}`, path));
      return status >= 200 && status < 400 ? yes : no(`HTTP probe failed with statuscode: ${status}`);
    } catch (error) {
      return no(`Get "${url}": ${error instanceof Error ? error.message : String(error)}`);
    }
  }

  #dial(asked: Asked, port: number) {
    return this.#runtime.portForward(asked.sandboxId, port).catch((error) => {
      throw dialError(error, asked, port);
    });
  }
}

/** As a dialler of Go says it, whatever the runtime says. */
function dialError(error: unknown, { address }: Asked, port: number): Error {
  const text = error instanceof Error ? error.message : String(error);
  if (!/connection refused$/.test(text)) return new Error(text);
  return new Error(`dial tcp ${address === '' ? '127.0.0.1' : address}:${port}: connect: connection refused`);
}

function request({ httpHeaders = [] }: HTTPGetAction, host: string, path: string): string {
  const headers = new Map([
    ['host', `Host: ${host}`],
    ['user-agent', 'User-Agent: kube-probe/1.33'],
    ['accept', 'Accept: */*'],
  ]);
  for (const { name, value } of httpHeaders) headers.set(name.toLowerCase(), `${name}: ${value}`);
  return `GET ${path} HTTP/1.1\r\n${[...headers.values()].join('\r\n')}\r\nConnection: close\r\n\r\n`;
}

/** Sends the request and reads the status code of the answer. */
async function statusOf(
  readable: ReadableStream<Uint8Array>,
  writable: WritableStream<Uint8Array>,
  text: string,
): Promise<number> {
  const writer = writable.getWriter();
  // A server that hangs up early is told by what we read, not by what we write.
  writer.write(new TextEncoder().encode(text)).catch(() => {});
  const reader = readable.getReader();
  const decoder = new TextDecoder();
  let head = '';
  try {
    while (!head.includes('\r\n') && head.length < enough) {
      const { value, done } = await reader.read();
      if (done) break;
      head += decoder.decode(value, { stream: true });
    }
  } finally {
    reader.releaseLock();
    writer.releaseLock();
    await hangUp(readable, writable);
  }
  const status = /^HTTP\/\d(?:\.\d)? (\d{3})/.exec(head)?.[1];
  if (status === undefined) throw new Error(head === '' ? 'EOF' : `malformed HTTP response "${head.slice(0, 40)}"`);
  return Number(status);
}

/** Lets go of a connection from both ends, whatever state it is in. */
async function hangUp(readable: ReadableStream<Uint8Array>, writable: WritableStream<Uint8Array>): Promise<void> {
  await Promise.allSettled([readable.cancel(), writable.abort()]);
}
