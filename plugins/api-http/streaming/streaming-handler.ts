// Streaming handler: `kubectl exec`, `attach`, `cp`, `port-forward`. Who may, which pod, which container, which kubelet;
// then the connection becomes a WebSocket (kubectl from 1.30, port-forward from 1.31; clients in JavaScript and Python) or
// SPDY/3.1 (kubectl before, and as a second try), and what comes from the kubelet goes through it.
//   GET  /api/v1/namespaces/default/pods/web/exec?command=ls&stdout=true     Upgrade: websocket
//   POST /api/v1/namespaces/default/pods/web/portforward                     Upgrade: SPDY/3.1
// RBAC asks for `get` or `create` on pods/exec, by the method. In real Kubernetes: the API server speaks SPDY to the kubelet.

import { createWebSocketStream } from 'ws';
import type { ApiServer } from '../../../core/contracts/api-server.ts';
import type { Clock } from '../../../core/contracts/clock.ts';
import type {
  ContainerSession,
  KubeletConnection,
  KubeletConnections,
} from '../../../core/contracts/kubelet-connection.ts';
import type { Pod } from '../../../core/model/pod.ts';
import type { Resource } from '../../../core/model/resource.ts';
import { ApiError, badRequest, methodNotSupported } from '../../../core/model/status.ts';
import type { Exchange } from '../exchange.ts';
import { containerOf } from '../pod-container.ts';
import { boolean, text } from '../query.ts';
import { ChannelSocket } from './channel-socket.ts';
import { commandOverChannels, refusedOverChannels } from './command-over-channels.ts';
import { commandOverSpdy } from './command-over-spdy.ts';
import { forwardOverChannels, forwardOverSpdy, portsOf } from './port-forward.ts';
import { serveCommand } from './remote-command.ts';
import { acceptSpdy, acceptWebSocket, offered, wantedUpgrade } from './upgrade.ts';

export const streamed = ['exec', 'attach', 'portforward'] as const;
export type Streamed = (typeof streamed)[number];

export interface CommandOptions {
  readonly stdin: boolean;
  readonly stdout: boolean;
  readonly stderr: boolean;
  readonly tty: boolean;
}

const halfClosing = 'v5.channel.k8s.io';
const channels = 'v4.channel.k8s.io';
const tunnel = 'SPDY/3.1+portforward.k8s.io';
const forwarding = 'portforward.k8s.io';

export class StreamingHandler {
  readonly #api: ApiServer;
  readonly #clock: Clock;
  readonly #connections: KubeletConnections | undefined;

  constructor(api: ApiServer, clock: Clock, connections: KubeletConnections | undefined) {
    this.#api = api;
    this.#clock = clock;
    this.#connections = connections;
  }

  /** @throws ApiError as long as the connection speaks HTTP */
  async handle(exchange: Exchange, resource: Resource, namespace: string, name: string, what: Streamed): Promise<void> {
    const { user, method } = exchange;
    if (method !== 'GET' && method !== 'POST') throw methodNotSupported(resource, method.toLowerCase());
    const verb = method === 'GET' ? 'get' : 'create';
    const about = { group: '', resource: 'pods', subresource: what, namespace, name };
    await this.#api.authorize(exchange, { user, verb, ...about });
    // Who may look into a container need not be allowed to read the pod: the server itself looks for its node.
    const server = { user: { name: 'system:apiserver', groups: ['system:masters'] } };
    const pod = (await this.#api.get(server, { resource, namespace, name })) as unknown as Pod;
    if (what === 'portforward') return this.#forward(exchange, pod, namespace, name);
    return this.#command(exchange, pod, namespace, name, what);
  }

  async #command(exchange: Exchange, pod: Pod, namespace: string, name: string, what: 'exec' | 'attach') {
    const { query } = exchange;
    const command = what === 'exec' ? query.getAll('command') : undefined;
    const container = containerOf(pod, text(query, 'container'));
    const options = commandOptions(query);
    const kubelet = this.#kubelet(pod);
    if (command?.length === 0) throw badRequest('you must specify at least one command for the container');
    const kind = wantedUpgrade(exchange);
    const protocol = kind === 'websocket' ? webSocketProtocol(exchange) : agreed(exchange, [channels]);
    const begin = async (): Promise<ContainerSession> => {
      const session = command
        ? kubelet.exec?.(namespace, name, { container, command, stdin: options.stdin, tty: options.tty })
        : kubelet.attach?.(namespace, name, container);
      if (!session) throw new Error(`the kubelet of node "${pod.spec.nodeName}" cannot do this`);
      return session;
    };
    if (protocol === halfClosing) {
      // As in Kubernetes since 1.30, a client of v5 hears from the socket what the kubelet refuses.
      const socket = new ChannelSocket(await acceptWebSocket(exchange, protocol), this.#clock, true);
      const remote = commandOverChannels(socket, options, true);
      const session = await begin().catch((error: Error) => error);
      if (session instanceof Error) return refusedOverChannels(socket, session);
      return serveCommand(session, remote, command);
    }
    const session = await begin().catch((error) => this.#hearOut(exchange, error));
    if (!session) return;
    try {
      const remote =
        kind === 'websocket'
          ? commandOverChannels(
              new ChannelSocket(await acceptWebSocket(exchange, protocol), this.#clock, false),
              options,
              false,
            )
          : await commandOverSpdy(acceptSpdy(exchange, channels), this.#clock, options);
      if (remote) await serveCommand(session, remote, command);
    } finally {
      session.close();
    }
  }

  async #forward(exchange: Exchange, pod: Pod, namespace: string, name: string): Promise<void> {
    const kubelet = this.#kubelet(pod);
    const kind = wantedUpgrade(exchange);
    const dial = async (port: number) => {
      const connection = kubelet.portForward?.(namespace, name, port);
      if (!connection) throw new Error(`the kubelet of node "${pod.spec.nodeName}" cannot forward ports`);
      return connection;
    };
    if (kind === 'spdy/3.1') {
      agreed(exchange, [forwarding]);
      return forwardOverSpdy(acceptSpdy(exchange, forwarding), this.#clock, dial);
    }
    const protocols = offered(exchange, 'sec-websocket-protocol');
    if (protocols.includes(tunnel))
      return forwardOverSpdy(createWebSocketStream(await acceptWebSocket(exchange, tunnel)), this.#clock, dial);
    const ports = portsOf(exchange.query);
    const protocol = oneOf(protocols, [channels]);
    const socket = new ChannelSocket(await acceptWebSocket(exchange, protocol), this.#clock, false);
    return forwardOverChannels(socket, ports, dial);
  }

  #kubelet(pod: Pod): KubeletConnection {
    const { nodeName } = pod.spec;
    const { name, namespace } = pod.metadata;
    if (!nodeName) throw badRequest(`pod ${name} does not have a host assigned`);
    const kubelet = this.#connections?.to(nodeName);
    if (kubelet) return kubelet;
    const message = `Internal error occurred: no connection to the kubelet of node "${nodeName}" (pod ${namespace}/${name}); is it running?`;
    throw new ApiError(500, 'InternalError', message);
  }

  /** What the kubelet says no with, as the answer: a Status, or its own text as a real API server hands it through. */
  #hearOut(exchange: Exchange, error: unknown): undefined {
    if (error instanceof ApiError) throw error;
    exchange.send(500, 'text/plain; charset=utf-8', `${error instanceof Error ? error.message : String(error)}\n`);
    return undefined;
  }
}

/** @throws ApiError 400 when nothing is wanted */
function commandOptions(query: URLSearchParams): CommandOptions {
  const [stdin, stdout, stderr, tty] = ['stdin', 'stdout', 'stderr', 'tty'].map((name) => boolean(query, name));
  if (!stdin && !stdout && !stderr) throw badRequest('you must specify at least 1 of stdin, stdout, stderr');
  // A terminal has one output only.
  return { stdin: stdin === true, stdout: stdout === true, stderr: stderr === true && !tty, tty: tty === true };
}

const webSocketProtocol = (exchange: Exchange): string =>
  oneOf(offered(exchange, 'sec-websocket-protocol'), [halfClosing, channels]);

/** For SPDY. */
const agreed = (exchange: Exchange, served: readonly string[]): string =>
  oneOf(offered(exchange, 'x-stream-protocol-version'), served);

/** The first that the client offers and we serve. @throws ApiError 403, as Kubernetes says it */
function oneOf(protocols: readonly string[], served: readonly string[]): string {
  const found = protocols.find((protocol) => served.includes(protocol));
  if (found !== undefined) return found;
  const message = `unable to upgrade: unable to negotiate protocol: client supports [${protocols.join(' ')}], server accepts [${served.join(' ')}]`;
  throw new ApiError(403, 'Forbidden', message);
}
