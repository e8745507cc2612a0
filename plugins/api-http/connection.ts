// Connection: a client's way to a server: HTTPS with keep-alive, credentials, errors as ApiError. What is asked and
// answered is http-api-client.ts' business.

import type { IncomingMessage } from 'node:http';
import { Agent, type AgentOptions, request } from 'node:https';
import { createSecureContext } from 'node:tls';
import { ApiError, type Status } from '../../core/model/status.ts';

export interface ConnectionOptions {
  /** `https://127.0.0.1:6443`, with a path in front of `/api` where there is a gateway. */
  readonly server: string;
  /** PEM; the system's authorities when absent. */
  readonly ca?: string | undefined;
  /** Client certificate and key, PEM. */
  readonly cert?: string | undefined;
  readonly key?: string | undefined;
  /** Bearer token, or where to get one for each request. */
  readonly token?: string | (() => Promise<string | undefined>) | undefined;
  /** What the client calls itself, as the server's audit shows it: `kubectl`, `scheduler`. */
  readonly userAgent?: string | undefined;
  /** Connections at the same time, watches apart; 32 unless told. */
  readonly connections?: number;
  /** The name in the server's certificate, where it is not that of its address. */
  readonly servername?: string | undefined;
  /** Take any certificate for the server's. */
  readonly insecure?: boolean;
  /** Sees every call begin and end. */
  readonly observer?: CallObserver | undefined;
}

/** Whoever wants to know how a client's calls fare. A watch that is open counts as answered. */
export interface CallObserver {
  asked(call: Call): void;
  /** @param error why there is no good answer */
  answered(call: Call, error?: unknown): void;
}

export interface Call {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** With its query. */
  readonly path: string;
  readonly body?: unknown;
  readonly contentType?: string;
  readonly signal?: AbortSignal | undefined;
}

export class Connection {
  readonly #server: URL;
  readonly #token: ConnectionOptions['token'];
  readonly #userAgent: string | undefined;
  readonly #calls: Agent;
  /** A watch keeps its connection for minutes: they are not counted with the calls. */
  readonly #watches: Agent;
  readonly #observer: CallObserver | undefined;

  constructor(options: ConnectionOptions) {
    const { server, ca, cert, key, token, userAgent, connections = 32, servername, insecure, observer } = options;
    const rejectUnauthorized = insecure ? false : undefined;
    this.#observer = observer;
    const common: AgentOptions = {
      ...credentials({ ca, cert, key }),
      ...said({ servername, rejectUnauthorized }),
      keepAlive: true,
      scheduling: 'lifo',
    };
    this.#server = new URL(server);
    this.#token = token;
    this.#userAgent = userAgent;
    this.#calls = new Agent({ ...common, maxSockets: connections });
    this.#watches = new Agent(common);
  }

  /** The answer's body, decoded. @throws ApiError; the signal's reason when aborted. */
  async call<R>(call: Call): Promise<R> {
    return this.#observed(call, () => this.#call(call));
  }

  async #call<R>(call: Call): Promise<R> {
    const response = await this.#send(call, this.#calls);
    const text = await textOf(response, call.signal);
    if ((response.statusCode ?? 500) >= 400) throw errorOf(response, text);
    return JSON.parse(text) as R;
  }

  /** An answer that goes on: read it line by line. @throws ApiError */
  async open(call: Call): Promise<IncomingMessage> {
    return this.#observed(call, () => this.#open(call));
  }

  async #open(call: Call): Promise<IncomingMessage> {
    const response = await this.#send(call, this.#watches);
    if ((response.statusCode ?? 500) >= 400) throw errorOf(response, await textOf(response, call.signal));
    return response;
  }

  /** Gives back all sockets; calls that are on their way fail. */
  close(): void {
    this.#calls.destroy();
    this.#watches.destroy();
  }

  async #observed<R>(call: Call, work: () => Promise<R>): Promise<R> {
    if (!this.#observer) return work();
    this.#observer.asked(call);
    try {
      const answer = await work();
      this.#observer.answered(call);
      return answer;
    } catch (error) {
      this.#observer.answered(call, error);
      throw error;
    }
  }

  async #send({ method, path, body, contentType, signal }: Call, agent: Agent): Promise<IncomingMessage> {
    if (signal?.aborted) throw signal.reason;
    const token = await this.#currentToken();
    const bytes = body === undefined ? undefined : Buffer.from(JSON.stringify(body));
    const { hostname, port, pathname } = this.#server;
    const headers = {
      Accept: 'application/json',
      ...(this.#userAgent !== undefined && { 'User-Agent': this.#userAgent }),
      ...(token !== undefined && { Authorization: `Bearer ${token}` }),
      ...(bytes && { 'Content-Type': contentType ?? 'application/json', 'Content-Length': bytes.length }),
    };
    const options = {
      agent,
      method,
      hostname: hostname.replace(/^\[|\]$/g, ''), // [::1]
      port: port || 443,
      path: `${pathname.replace(/\/$/, '')}${path}`,
      headers,
    };
    return new Promise((resolve, reject) => {
      const outgoing = request({ ...options, ...(signal && { signal }) }, resolve);
      outgoing.on('error', (error) => reject(signal?.aborted ? signal.reason : unreachable(this.#server, error)));
      outgoing.end(bytes);
    });
  }

  /** Tokens that are renewed come from a file or a program, which may fail. */
  async #currentToken(): Promise<string | undefined> {
    if (typeof this.#token !== 'function') return this.#token;
    try {
      return await this.#token();
    } catch (error) {
      throw new ApiError(401, 'Unauthorized', `no token for ${this.#server.origin}: ${(error as Error).message}`);
    }
  }
}

const said = (options: object): object =>
  Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));

/**
 * Read once, not for each connection; and not as text, which Node.js' Agent would make part of a key that it puts together and looks
 * up several times a request: 5 KB, a tenth of what a call costs. What cannot be read is told by the first call.
 */
function credentials(pem: Pick<ConnectionOptions, 'ca' | 'cert' | 'key'>): AgentOptions {
  try {
    return { secureContext: createSecureContext(said(pem)) };
  } catch {
    return said(pem);
  }
}

/** What Node.js says of a certificate that it does not take. */
const ofCertificates = /CERT|SELF_SIGNED|UNABLE_TO_(VERIFY|GET_ISSUER)/;

function textOf(response: IncomingMessage, signal: AbortSignal | undefined): Promise<string> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    response.on('data', (chunk: Buffer) => chunks.push(chunk));
    response.on('end', () => resolve(Buffer.concat(chunks).toString('utf8')));
    response.on('error', (error) => reject(signal?.aborted ? signal.reason : broken(error)));
  });
}

function unreachable(server: URL, error: NodeJS.ErrnoException): ApiError {
  const why = ofCertificates.test(error.code ?? '') ? `its certificate is refused: ${error.message}` : error.message;
  return new ApiError(503, 'ServiceUnavailable', `the server ${server.origin} cannot be reached: ${why}`);
}

/** The connection ended before its answer did. */
export const broken = (error: Error): ApiError =>
  new ApiError(
    503,
    'ServiceUnavailable',
    `the connection to the server ended in the middle of an answer: ${error.message}`,
  );

/** A Status is what it says; anything else came from something on the way (a gateway, a wrong address). */
function errorOf(response: IncomingMessage, text: string): ApiError {
  const code = response.statusCode ?? 500;
  try {
    const status = JSON.parse(text) as Status;
    if (status.kind === 'Status') return ApiError.from({ code, ...status });
  } catch {
    // Not JSON: told below.
  }
  const reason =
    code === 404 ? 'NotFound' : code === 401 ? 'Unauthorized' : code === 403 ? 'Forbidden' : 'InternalError';
  return new ApiError(code, reason, `the server answered ${code}: ${text.slice(0, 200).trim()}`);
}
