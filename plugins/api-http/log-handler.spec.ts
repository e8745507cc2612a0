import { expect } from 'chai';
import type { KubeletConnection, LogOptions } from '../../core/contracts/kubelet-connection.ts';
import { Nodes, Pods } from '../../core/model/index.ts';
import { ApiError } from '../../core/model/status.ts';
import { TestFace } from './test-face.ts';

/** A kubelet that remembers what it was asked and whose output the test writes. */
class FakeKubelet implements KubeletConnection {
  asked: LogOptions | undefined;
  ended = false;
  refuse: ApiError | undefined;
  #output: ReadableStreamDefaultController<Uint8Array> | undefined;

  async logs(_namespace: string, _pod: string, options: LogOptions): Promise<ReadableStream<Uint8Array>> {
    if (this.refuse) throw this.refuse;
    this.asked = options;
    this.ended = false;
    return new ReadableStream({
      start: (controller) => {
        this.#output = controller;
      },
      cancel: () => {
        this.ended = true;
      },
    });
  }

  write(text: string): void {
    this.#output?.enqueue(new TextEncoder().encode(text));
  }

  close(): void {
    this.#output?.close();
  }
}

const until = async (condition: () => boolean) => {
  while (!condition()) await new Promise((resolve) => setImmediate(resolve));
};

describe('logs', () => {
  const kubelet = new FakeKubelet();
  let world: TestFace;
  const log = (pod: string, query = '') => `/api/v1/namespaces/default/pods/${pod}/log${query}`;

  before(async () => {
    const connections = { to: (node: string) => (node === 'node-1' ? kubelet : undefined), enter: () => () => {} };
    world = await new TestFace({ connections }).start();
    await world.client.of(Nodes).create({ metadata: { name: 'node-1' }, spec: {} });
    const pods = world.client.of(Pods).in('default');
    const container = (name: string) => ({ name, image: 'kubelab/web' });
    await pods.create({ metadata: { name: 'one' }, spec: { nodeName: 'node-1', containers: [container('web')] } });
    await pods.create({
      metadata: { name: 'two' },
      spec: {
        nodeName: 'node-1',
        containers: [container('web'), container('side')],
        initContainers: [container('init')],
      },
    });
    await pods.create({ metadata: { name: 'waiting' }, spec: { containers: [container('web')] } });
    await pods.create({ metadata: { name: 'lost' }, spec: { nodeName: 'gone', containers: [container('web')] } });
  });
  after(() => world.stop());

  it('come from the kubelet of the pod, with all options', async () => {
    const query = '?tailLines=0&sinceSeconds=5&limitBytes=100&timestamps=true&previous=true&container=web';
    const answer = world.ask(log('one', query));
    await until(() => kubelet.asked !== undefined);
    kubelet.write('hello\n');
    kubelet.close();
    const { code, text, headers } = await answer;
    expect([code, text, headers['content-type']]).to.deep.equal([200, 'hello\n', 'text/plain']);
    expect(kubelet.asked).to.deep.equal({
      container: 'web',
      previous: true,
      timestamps: true,
      tailLines: 0,
      sinceSeconds: 5,
      limitBytes: 100,
    });
  });

  it('are followed as they come, until the client has seen enough', async () => {
    const response = await world.open(log('one', '?follow=true'));
    const lines: string[] = [];
    response.on('data', (chunk) => lines.push(String(chunk)));
    response.on('error', () => {});
    kubelet.write('first\n');
    await until(() => lines.length === 1);
    kubelet.write('second\n');
    await until(() => lines.length === 2);
    expect(lines).to.deep.equal(['first\n', 'second\n']);
    response.destroy();
    await until(() => kubelet.ended);
  });

  it('say why there are none', async () => {
    const refusals: [path: string, code: number, message: string][] = [
      [log('nope'), 404, 'pods "nope" not found'],
      [log('waiting'), 400, 'pod waiting does not have a host assigned'],
      [
        log('two'),
        400,
        'a container name must be specified for pod two, choose one of: [web side] or one of the init containers: [init]',
      ],
      [log('two', '?container=x'), 400, 'container x is not valid for pod two'],
      [log('lost'), 500, 'Internal error occurred: no connection to the kubelet of node "gone"; is it running?'],
      [
        log('one', '?tailLines=-1'),
        422,
        'PodLogOptions "" is invalid: tailLines: Invalid value: -1: must be greater than or equal to 0',
      ],
    ];
    for (const [path, code, message] of refusals) {
      const { json } = await world.ask(path);
      expect([json.code, json.message]).to.deep.equal([code, message]);
    }
    kubelet.refuse = new ApiError(
      400,
      'BadRequest',
      'container "web" in pod "one" is waiting to start: ContainerCreating',
    );
    expect((await world.ask(log('one'))).json.message).to.equal(kubelet.refuse.message);
    kubelet.refuse = undefined;
  });
});
