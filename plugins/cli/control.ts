// Control: the owner's door to a running cluster, for what the API must not do: naming a file to load, stopping it all.
//   POST /swap {component, plugin | undo}     POST /node {action, node}
//   POST /story {pod, namespace}     POST /why {pod, namespace, compare}     POST /down     GET /status
//   POST /store/get, list, history, changes, snapshot, compact
// HTTP over a Unix socket with mode 0600 (a named pipe on Windows) in the cluster's folder: nobody else gets in.

import { chmodSync } from 'node:fs';
import { createServer, request, type Server } from 'node:http';
import { EnvironmentError, exitCodeOf, ToldError } from './exit.ts';

export type ControlHandler = (body: Record<string, unknown>) => Promise<object>;

const longestBody = 65_536;

export class ControlServer {
  readonly #server: Server;
  readonly #socket: string;

  /** @param handlers by path: `/swap` */
  constructor(socket: string, handlers: Readonly<Record<string, ControlHandler>>) {
    this.#socket = socket;
    this.#server = createServer((incoming, response) => {
      let text = '';
      incoming.setEncoding('utf8');
      incoming.on('data', (data: string) => {
        text += data;
        if (text.length > longestBody) incoming.destroy();
      });
      incoming.on('end', async () => {
        const answer = (code: number, body: object) => {
          response.writeHead(code, { 'content-type': 'application/json', connection: 'close' });
          response.end(JSON.stringify(body));
        };
        const handler = handlers[incoming.url ?? ''];
        if (!handler) return answer(404, { message: `no such command: ${incoming.url}`, exitCode: 2 });
        try {
          answer(200, await handler(text === '' ? {} : JSON.parse(text)));
        } catch (error) {
          answer(500, { message: error instanceof Error ? error.message : String(error), exitCode: exitCodeOf(error) });
        }
      });
    });
  }

  async start(): Promise<void> {
    // Between listen and chmod the folder's mode (0700) keeps others out.
    await new Promise<void>((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen(this.#socket, resolve);
    });
    if (process.platform !== 'win32') chmodSync(this.#socket, 0o600);
  }

  async stop(): Promise<void> {
    this.#server.closeIdleConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}

/**
 * Asks a running cluster.
 * @param patience milliseconds for the answer
 * @throws ToldError with what it answered when it said no; EnvironmentError when it does not answer.
 */
export function ask<T>(socket: string, path: string, body: object = {}, patience = 10_000): Promise<T> {
  return new Promise((resolve, reject) => {
    const outgoing = request({ socketPath: socket, path, method: 'POST', timeout: patience }, (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (data: string) => {
        text += data;
      });
      response.on('end', () => {
        const answer = JSON.parse(text || '{}') as T & { message?: string; exitCode?: number };
        if (response.statusCode === 200) resolve(answer);
        else
          reject(new ToldError(answer.message ?? `the cluster answered ${response.statusCode}`, answer.exitCode ?? 3));
      });
    });
    outgoing.once('timeout', () => outgoing.destroy(new Error(`no answer within ${patience / 1000} s`)));
    outgoing.once('error', (error) =>
      reject(new EnvironmentError(`the cluster does not answer at ${socket}: ${error.message}`)),
    );
    outgoing.end(JSON.stringify(body));
  });
}
