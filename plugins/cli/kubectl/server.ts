// Server: requests as kubectl sends them, over HTTPS with the kubeconfig's credentials.
// Always true: what the server refuses comes out as ApiError; `close` leaves no socket.

import type { IncomingMessage } from 'node:http';
import { Agent, request } from 'node:https';
import { StringDecoder } from 'node:string_decoder';
import { ApiError, type Status } from '../../../core/model/status.ts';
import { UnreachableError } from './errors.ts';
import type { Access } from './kubeconfig.ts';
import type { Terminal } from './terminal.ts';

export type Query = Readonly<Record<string, string | number | boolean | undefined>>;

export interface Ask {
  readonly query?: Query;
  readonly body?: unknown;
  /** Of the body; JSON unless told. */
  readonly type?: string;
  readonly accept?: string;
  readonly signal?: AbortSignal | undefined;
}

export class Server {
  readonly #access: Access;
  readonly #terminal: Terminal;
  readonly #agent: Agent;

  constructor(access: Access, terminal: Terminal) {
    this.#access = access;
    this.#terminal = terminal;
    const { ca, cert, key } = access;
    this.#agent = new Agent({ ...(ca && { ca }), ...(cert && { cert }), ...(key && { key }), keepAlive: true });
  }

  get<T>(path: string, query: Query = {}, ask: Ask = {}): Promise<T> {
    return this.send('GET', path, { ...ask, query });
  }

  async send<T>(method: string, path: string, ask: Ask = {}): Promise<T> {
    const response = await this.#request(method, path, ask);
    return JSON.parse(await textOf(response)) as T;
  }

  /** An answer's text as it comes. Ends without an error when the signal says so. */
  async *chunks(path: string, query: Query, { signal, accept = '*/*' }: Ask = {}): AsyncGenerator<string> {
    try {
      const response = await this.#request('GET', path, { query, signal, accept });
      const decoder = new StringDecoder('utf8');
      for await (const chunk of response) yield decoder.write(chunk as Buffer);
    } catch (error) {
      if (!signal?.aborted) throw error;
    }
  }

  /** A watch's events. @throws ApiError for an event that is one. */
  async *watch<T>(
    path: string,
    query: Query,
    { signal, accept = 'application/json' }: Ask = {},
  ): AsyncGenerator<WatchEvent<T>> {
    let rest = '';
    for await (const chunk of this.chunks(path, { ...query, watch: true }, { signal, accept })) {
      const lines = (rest + chunk).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) {
        const event = JSON.parse(line) as WatchEvent<T>;
        if (event.type === 'ERROR') throw ApiError.from(event.object as Status);
        yield event;
      }
    }
  }

  close(): void {
    this.#agent.destroy();
  }

  async #request(
    method: string,
    path: string,
    { query = {}, body, type, accept, signal }: Ask,
  ): Promise<IncomingMessage> {
    const { server, token } = this.#access;
    const said = Object.entries(query).filter(([, value]) => value !== undefined && value !== '');
    const parameters = new URLSearchParams(said.map(([name, value]) => [name, String(value)]));
    const url = new URL(`${server.replace(/\/$/, '')}${path}${said.length > 0 ? `?${parameters}` : ''}`);
    const bytes = body === undefined ? undefined : Buffer.from(JSON.stringify(body));
    const headers = {
      Accept: accept ?? 'application/json',
      'User-Agent': 'kubelab-kubectl',
      ...(token && { Authorization: `Bearer ${token}` }),
      ...(bytes && { 'Content-Type': type ?? 'application/json', 'Content-Length': bytes.length }),
    };
    const response = await new Promise<IncomingMessage>((resolve, reject) => {
      const outgoing = request(url, { method, agent: this.#agent, headers, ...(signal && { signal }) }, resolve);
      outgoing.on('error', (error) => reject(unreachable(url, error)));
      outgoing.end(bytes);
    });
    for (const warning of String(response.headers.warning ?? '').matchAll(/299 \S+ "((?:[^"\\]|\\.)*)"/g)) {
      this.#terminal.err(`Warning: ${warning[1]!.replaceAll(/\\(.)/g, '$1')}\n`);
    }
    if ((response.statusCode ?? 500) >= 400) throw refusal(response, await textOf(response));
    return response;
  }
}

export interface WatchEvent<T> {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK' | 'ERROR';
  readonly object: T;
}

async function textOf(response: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}

function refusal(response: IncomingMessage, text: string): ApiError {
  try {
    const status = JSON.parse(text) as Status;
    if (status.kind === 'Status') return ApiError.from(status);
  } catch {
    // Not JSON: told below.
  }
  const code = response.statusCode ?? 500;
  return new ApiError(code, code === 404 ? 'NotFound' : 'InternalError', text.trim() || `the server answered ${code}`);
}

function unreachable({ host }: URL, error: NodeJS.ErrnoException): Error {
  if (error.code === 'ECONNREFUSED') {
    return new UnreachableError(
      `The connection to the server ${host} was refused - did you specify the right host or port?`,
    );
  }
  return error.name === 'AbortError'
    ? error
    : new UnreachableError(`Unable to connect to the server: ${error.message}`);
}
