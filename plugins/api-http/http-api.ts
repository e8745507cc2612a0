// HTTP API: the face of the cluster that kubectl and every Kubernetes client see. HTTPS on one port of this machine over
// the ApiServer, which knows nothing of HTTP.
//   const face = new HttpApi({ api, clock, port: 6443 });
//   await face.start();
//   await face.kubeconfig({ name: 'kubernetes-admin', groups: ['system:masters'] });
// A request is: who is it (authentication.ts, impersonation.ts), what about (request-path.ts), then one handler. Whatever goes wrong on the way
// is a Status.
// Always true: after `stop` no connection, watch or timer is left; an error in one request never reaches another one.

import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer, type Server } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { asApiError } from '../../core/api/store-errors.ts';
import type { UserInfo } from '../../core/contracts/api-client.ts';
import type { ApiFace } from '../../core/contracts/api-face.ts';
import type { ApiServer, Authenticator } from '../../core/contracts/api-server.ts';
import type { Clock } from '../../core/contracts/clock.ts';
import type { KubeletConnections } from '../../core/contracts/kubelet-connection.ts';
import type { TokenIssuer } from '../../core/contracts/token-issuer.ts';
import { ApiError, badRequest } from '../../core/model/status.ts';
import { RealClock } from '../../core/time/real-clock.ts';
import { Authentication } from './authentication.ts';
import { answerBadHttp, maxHeaderBytes } from './bad-http.ts';
import { CertificateAuthority } from './certificates.ts';
import { Exchange } from './exchange.ts';
import { speaker } from './impersonation.ts';
import { kubeconfig } from './kubeconfig.ts';
import { listen } from './listen.ts';
import { Router } from './router.ts';
import { ServiceAccountTokens } from './service-account-tokens.ts';
import { responseOn, type Upgrade } from './streaming/upgrade.ts';

export interface HttpApiOptions {
  readonly api: ApiServer;
  readonly clock: Clock;
  /** The roads to kubelets, for logs, exec, attach and port-forward. */
  readonly connections?: KubeletConnections;
  /** Whose bearer tokens are good. */
  readonly issuer?: TokenIssuer;
  /** Asked before certificates and tokens of the cluster. */
  readonly authenticators?: readonly Authenticator[];
  /** 0 (default): any free one. */
  readonly port?: number;
  /** If the port is taken: how many of the ports after it are tried. */
  readonly orNext?: number;
  /** 127.0.0.1 unless told: nobody but this machine. */
  readonly address?: string;
  /** Folder that keeps the CA from one run to the next; without it each run has its own. */
  readonly folder?: string;
  /** The cluster's name, in kubeconfigs. */
  readonly name?: string;
  /** Names and addresses that the server's certificate is good for, beyond the usual ones. */
  readonly alsoKnownAs?: readonly string[];
}

/** How long a client has to send the rest of a request that is refused already, milliseconds. */
const farewell = 30_000;

const usualNames = [
  'localhost',
  'kubernetes',
  'kubernetes.default',
  'kubernetes.default.svc',
  'kubernetes.default.svc.cluster.local',
];
const isAddress = (name: string) => /^[\d.]+$|:/.test(name);

export class HttpApi implements ApiFace {
  readonly #options: HttpApiOptions;
  readonly #authentication: Authentication;
  readonly #router: Router;
  readonly #connections = new Set<Socket>();
  /** The latest answer of each connection. */
  readonly #answers = new WeakMap<object, ServerResponse>();
  #authority: CertificateAuthority | undefined;
  #server: Server | undefined;

  constructor(options: HttpApiOptions) {
    this.#options = options;
    const { api, issuer, clock, authenticators = [] } = options;
    const accounts = issuer && { audience: issuer.audience, tokens: new ServiceAccountTokens(api, issuer, clock) };
    this.#authentication = new Authentication(authenticators, accounts);
    this.#router = new Router(
      options,
      this.#authentication,
      () => this.url.slice('https://'.length),
      () => this.#server === undefined,
    );
  }

  /** @throws Error when the port is taken, with what to do about it. */
  async start(): Promise<void> {
    const { address = '127.0.0.1', port = 0, orNext = 0, folder, alsoKnownAs = [] } = this.#options;
    // Certificates are compared with the machine's time by clients, whatever the cluster's clock says.
    const machine = new RealClock();
    this.#authority = await CertificateAuthority.open(() => machine.now(), folder);
    const names = [...usualNames, ...alsoKnownAs.filter((name) => !isAddress(name))];
    const addresses = new Set(['127.0.0.1', '::1', '10.96.0.1', address, ...alsoKnownAs.filter(isAddress)]);
    const { certificate, key } = await this.#authority.issue({
      commonName: 'kube-apiserver',
      dnsNames: names,
      addresses: [...addresses],
    });
    const server = createServer(
      {
        cert: certificate,
        key,
        ca: this.#authority.certificate,
        requestCert: true,
        // Who shows no certificate may still show a token, or ask what everybody may.
        rejectUnauthorized: false,
        keepAliveTimeout: 120_000,
        noDelay: true,
        maxHeaderSize: maxHeaderBytes,
        // Whoever leaves it out gets a Status that says so.
        requireHostHeader: false,
      },
      (request, response) => void this.#answer(request, response),
    );
    server.requestTimeout = 0;
    server.on('upgrade', (request, socket, head) => {
      void this.#answer(request, responseOn(request, socket), { socket, head });
    });
    server.on('connection', (socket: Socket) => {
      this.#connections.add(socket);
      socket.once('close', () => this.#connections.delete(socket));
    });
    answerBadHttp(server, (socket) => this.#answers.get(socket));
    server.on('checkExpectation', (request, response) => {
      this.#refuse(
        request,
        response,
        new ApiError(417, 'BadRequest', 'the server meets no expectation but 100-continue'),
      );
    });
    await listen(server, port, address, orNext);
    this.#server = server;
  }

  /** Lets go of the port at once and ends every connection, watches included. */
  async stop(): Promise<void> {
    const server = this.#server;
    if (!server) return;
    this.#server = undefined;
    const closed = new Promise((resolve) => server.close(resolve));
    for (const socket of this.#connections) socket.destroy();
    await closed;
  }

  get url(): string {
    const { address, port } = this.address;
    return `https://${address.includes(':') ? `[${address}]` : address}:${port}`;
  }

  /** Where it listens. @throws Error before `start` */
  get address(): AddressInfo {
    const address = this.#server?.address();
    if (!address || typeof address === 'string') throw new Error('the HTTP API has no address: it is not started');
    return address;
  }

  get certificateAuthority(): string {
    return this.#started.certificate;
  }

  async kubeconfig(user: UserInfo): Promise<string> {
    return kubeconfig({
      name: this.#options.name ?? 'kubelab',
      server: this.url,
      certificateAuthority: this.certificateAuthority,
      user: user.name,
      client: await this.clientCertificate(user),
    });
  }

  /** A certificate that speaks for the user: CN is the name, each O a group. PEM. */
  clientCertificate(user: UserInfo): Promise<{ readonly certificate: string; readonly key: string }> {
    return this.#started.issue({ commonName: user.name, organizations: user.groups });
  }

  get #started(): CertificateAuthority {
    if (!this.#authority) throw new Error('the HTTP API has no certificates yet: it is not started');
    return this.#authority;
  }

  async #answer(request: IncomingMessage, response: ServerResponse, upgrade?: Upgrade): Promise<void> {
    let exchange: Exchange | undefined;
    this.#answers.set(request.socket, response);
    try {
      if (request.headers.host === undefined && request.httpVersion === '1.1')
        throw badRequest('missing required Host header');
      const user = await speaker(this.#options.api, request, await this.#authentication.user(request));
      exchange = new Exchange(request, response, user, upgrade);
      await this.#router.route(exchange);
    } catch (error) {
      this.#refuse(request, response, asApiError(error));
    }
  }

  /** The Status as the answer; if part of an answer is out already, the connection ends. */
  #refuse(request: IncomingMessage, response: ServerResponse, error: ApiError): void {
    if (response.headersSent) return void response.destroy();
    const body = JSON.stringify(error.status);
    const { retryAfterSeconds } = error.status.details ?? {};
    response.writeHead(error.code, {
      'Content-Type': 'application/json',
      'Content-Length': Buffer.byteLength(body),
      ...(retryAfterSeconds !== undefined && { 'Retry-After': String(retryAfterSeconds) }),
    });
    response.end(request.method === 'HEAD' ? undefined : body);
    if (request.complete) return;
    // Whoever is cut off while sending does not hear the answer: the rest is read, for a while, and thrown away.
    const cancel = this.#options.clock.schedule(farewell, () => request.complete || request.destroy());
    request.once('close', cancel);
    request.resume();
  }
}
