// Log handler: `kubectl logs`. The API server finds the pod's node and hands through what its kubelet says, as it comes.
//   GET /api/v1/namespaces/default/pods/web/log?follow=true

import type { ApiServer } from '../../core/contracts/api-server.ts';
import type { KubeletConnections } from '../../core/contracts/kubelet-connection.ts';
import type { Pod } from '../../core/model/pod.ts';
import type { Resource } from '../../core/model/resource.ts';
import { ApiError, badRequest } from '../../core/model/status.ts';
import type { Exchange } from './exchange.ts';
import { containerOf } from './pod-container.ts';
import { logOptions } from './query.ts';

export class LogHandler {
  readonly #api: ApiServer;
  readonly #connections: KubeletConnections | undefined;

  constructor(api: ApiServer, connections: KubeletConnections | undefined) {
    this.#api = api;
    this.#connections = connections;
  }

  /** @throws ApiError before the first byte; later the stream just ends. */
  async handle(exchange: Exchange, resource: Resource, namespace: string, name: string): Promise<void> {
    const { user } = exchange;
    await this.#api.authorize(exchange, {
      user,
      verb: 'get',
      group: '',
      resource: 'pods',
      subresource: 'log',
      namespace,
      name,
    });
    // Who may read the log need not be allowed to read the pod: the server itself looks for its node.
    const server = { user: { name: 'system:apiserver', groups: ['system:masters'] } };
    const pod = (await this.#api.get(server, { resource, namespace, name })) as unknown as Pod;
    const options = logOptions(exchange.query);
    const container = containerOf(pod, options.container);
    const node = pod.spec.nodeName;
    if (!node) throw badRequest(`pod ${name} does not have a host assigned`);
    const kubelet = this.#connections?.to(node);
    if (!kubelet)
      throw new ApiError(
        500,
        'InternalError',
        `Internal error occurred: no connection to the kubelet of node "${node}"; is it running?`,
      );
    const stream = await kubelet.logs(namespace, name, { ...options, container }, exchange.signal());
    exchange.head(200, 'text/plain');
    exchange.response.flushHeaders();
    await pour(stream, exchange);
  }
}

/** Bytes as they come, no faster than the client reads. */
async function pour(stream: ReadableStream<Uint8Array>, { response }: Exchange): Promise<void> {
  const reader = stream.getReader();
  const gone = () => void reader.cancel().catch(() => {});
  response.once('close', gone);
  try {
    for (let part = await reader.read(); !part.done && !response.destroyed; part = await reader.read())
      if (!response.write(part.value)) await new Promise<void>((resolve) => untilWritable(response, resolve));
  } catch {
    // The kubelet went away in the middle: what was sent stands, as with a real one.
  } finally {
    response.off('close', gone);
    response.end();
  }
}

function untilWritable(response: Exchange['response'], resolve: () => void): void {
  const done = () => {
    response.off('drain', done);
    response.off('close', done);
    resolve();
  };
  response.on('drain', done);
  response.on('close', done);
}
