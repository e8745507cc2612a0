// Test face: an API server in memory behind HTTPS on a free port, and a client that sends whatever a test wants to send.
// For the specs of this folder.

import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { type Agent, Agent as HttpsAgent, request } from 'node:https';
import { standardAdmission } from '../../core/api/admission/index.ts';
import { Api } from '../../core/api/api.ts';
import { standardAuthorizers } from '../../core/api/authorizers.ts';
import { LocalApiClient } from '../../core/api/local-api-client.ts';
import type { UserInfo } from '../../core/contracts/api-client.ts';
import type { KubeletConnections } from '../../core/contracts/kubelet-connection.ts';
import type { TokenIssuer } from '../../core/contracts/token-issuer.ts';
import { builtinResources } from '../../core/model/index.ts';
import { Namespaces } from '../../core/model/namespace.ts';
import { SeededRandom } from '../../core/time/random.ts';
import { RealClock } from '../../core/time/real-clock.ts';
import { MemoryStore } from '../store-memory/memory-store.ts';
import { HttpApi } from './http-api.ts';

export const admin: UserInfo = { name: 'kubernetes-admin', groups: ['system:masters'] };

export interface Ask {
  readonly method?: string;
  readonly body?: string | Buffer | object;
  readonly type?: string;
  readonly headers?: Record<string, string | string[]>;
  /** Show no client certificate. */
  readonly anonymous?: boolean;
}

export interface Answer {
  readonly code: number;
  readonly headers: IncomingHttpHeaders;
  readonly bytes: Buffer;
  readonly text: string;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers of every shape
  readonly json: any;
}

export class TestFace {
  readonly clock = new RealClock();
  readonly store = new MemoryStore(this.clock);
  readonly api: Api;
  readonly face: HttpApi;
  readonly client: LocalApiClient;
  readonly #agents: { admin?: Agent; anonymous?: Agent } = {};

  constructor(
    extras: {
      readonly connections?: KubeletConnections;
      readonly issuer?: TokenIssuer;
      readonly admission?: boolean;
    } = {},
  ) {
    const { clock, store } = this;
    const random = new SeededRandom('test');
    this.api = new Api({
      store,
      resources: builtinResources,
      admission: extras.admission ? standardAdmission(store, random) : [],
      authorizers: standardAuthorizers(),
      clock,
      random,
      ...(extras.issuer && { tokens: extras.issuer }),
    });
    this.client = new LocalApiClient(this.api, admin);
    this.face = new HttpApi({ api: this.api, clock, ...extras });
  }

  async start(): Promise<this> {
    await this.face.start();
    await this.client.of(Namespaces).create({ metadata: { name: 'default' }, spec: {} });
    const { certificate: cert, key } = await this.face.clientCertificate(admin);
    const ca = this.face.certificateAuthority;
    this.#agents.admin = new HttpsAgent({ ca, cert, key, keepAlive: true });
    this.#agents.anonymous = new HttpsAgent({ ca, keepAlive: true });
    return this;
  }

  async stop(): Promise<void> {
    this.#agents.admin?.destroy();
    this.#agents.anonymous?.destroy();
    await this.face.stop();
    this.api.stop();
    await this.store.close();
  }

  /** An answer as it begins; its body is still to come. */
  open(
    path: string,
    { method = 'GET', body, type, headers = {}, anonymous = false }: Ask = {},
  ): Promise<IncomingMessage> {
    const agent = anonymous ? this.#agents.anonymous : this.#agents.admin;
    const bytes = body === undefined || typeof body === 'string' || Buffer.isBuffer(body) ? body : JSON.stringify(body);
    const contentType = type ?? (typeof body === 'object' && !Buffer.isBuffer(body) ? 'application/json' : undefined);
    const { port } = this.face.address;
    return new Promise((resolve, reject) => {
      // Node says how long a body is for some methods only.
      const length = bytes === undefined ? {} : { 'Content-Length': String(Buffer.byteLength(bytes)) };
      const all = { ...length, ...(contentType && { 'Content-Type': contentType }), ...headers };
      // The path goes out as it is: `request` does not tidy it up as `fetch` would.
      const outgoing = request({ agent: agent as Agent, host: '127.0.0.1', port, path, method, headers: all }, resolve);
      outgoing.on('error', reject);
      outgoing.end(bytes);
    });
  }

  async ask(path: string, options?: Ask): Promise<Answer> {
    const response = await this.open(path, options);
    const chunks: Buffer[] = [];
    for await (const chunk of response) chunks.push(chunk as Buffer);
    const bytes = Buffer.concat(chunks);
    const text = bytes.toString('utf8');
    return {
      code: response.statusCode ?? 0,
      headers: response.headers,
      bytes,
      text,
      get json() {
        return JSON.parse(text);
      },
    };
  }
}

/** The lines of an answer that goes on, one at a time. */
export async function* linesOf(response: IncomingMessage): AsyncGenerator<string> {
  let rest = '';
  for await (const chunk of response) {
    const lines = (rest + String(chunk)).split('\n');
    rest = lines.pop() ?? '';
    yield* lines;
  }
}
