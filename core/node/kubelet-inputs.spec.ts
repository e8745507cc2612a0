import { expect } from 'chai';
import { ConfigMaps } from '../model/config-map.ts';
import type { Container } from '../model/container.ts';
import { Pods } from '../model/pod.ts';
import { Secrets } from '../model/secret.ts';
import { TestNode } from './test-node.fixture.ts';

describe('Kubelet: what containers are given', () => {
  let node: TestNode;
  const advance = (ms: number) => node.clock.advance(ms);

  beforeEach(async () => {
    node = new TestNode();
    await node.start();
  });
  afterEach(async () => {
    expect(await node.stop(), 'what is left').to.deep.equal({ timer: undefined, watches: 0 });
  });

  const web = (more: Partial<Container>): Partial<Container> & { name: string } => ({
    name: 'web',
    ports: [{ containerPort: 80, name: 'http' }],
    ...more,
  });
  const runConfig = async () => (await node.runtime.listContainers()).at(-1)?.config;

  it('gives a container its variables', async () => {
    await node.client
      .of(ConfigMaps)
      .in('default')
      .create({ metadata: { name: 'settings' }, data: { COLOR: 'blue', SIZE: 'm' } });
    await node.client
      .of(Secrets)
      .in('default')
      .create({ metadata: { name: 'keys' }, data: { password: btoa('s3cret') } });
    await node.create('web', [
      web({
        command: ['run', '$(GREETING)'],
        args: ['--user=$(USER)', '$$(COLOR)'],
        envFrom: [{ configMapRef: { name: 'settings' } }],
        env: [
          { name: 'PASSWORD', valueFrom: { secretKeyRef: { name: 'keys', key: 'password' } } },
          { name: 'GREETING', value: 'hello $(COLOR) $(UNKNOWN)' },
          { name: 'IP', valueFrom: { fieldRef: { fieldPath: 'status.podIP' } } },
          { name: 'CPU', valueFrom: { resourceFieldRef: { resource: 'limits.cpu' } } },
          { name: 'SIZE', valueFrom: { configMapKeyRef: { name: 'settings', key: 'nothing', optional: true } } },
        ],
      }),
    ]);
    await advance(0);
    const config = await runConfig();
    const variables = Object.fromEntries((config?.env ?? []).map(({ name, value }) => [name, value]));
    expect(variables).to.include({
      COLOR: 'blue',
      SIZE: 'm',
      PASSWORD: 's3cret',
      GREETING: 'hello blue $(UNKNOWN)',
      IP: '10.244.0.2',
      CPU: '4',
    });
    expect([config?.command, config?.args]).to.deep.equal([
      ['run', 'hello blue $(UNKNOWN)'],
      ['--user=$(USER)', '$(COLOR)'],
    ]);
  });

  it('waits for a ConfigMap that a variable needs', async () => {
    await node.create('web', [web({ envFrom: [{ configMapRef: { name: 'late' } }] })]);
    await advance(1_000);
    expect(await node.summary('web')).to.equal('Pending web:CreateContainerConfigError');
    expect(await node.events('web')).to.include('Warning Failed Error: configmap "late" not found');
    await node.client
      .of(ConfigMaps)
      .in('default')
      .create({ metadata: { name: 'late' }, data: {} });
    await advance(10_000);
    expect(await node.summary('web')).to.equal('Running web:running/ready');
  });

  it('mounts what ConfigMaps and Secrets hold, and goes without what is optional', async () => {
    await node.client
      .of(ConfigMaps)
      .in('default')
      .create({ metadata: { name: 'pages' }, data: { 'index.html': '<h1>', other: 'x' } });
    await node.create(
      'web',
      [
        web({
          volumeMounts: [
            { name: 'pages', mountPath: '/srv' },
            { name: 'none', mountPath: '/n' },
            { name: 'tmp', mountPath: '/tmp', subPath: 'a' },
          ],
        }),
      ],
      {
        spec: {
          volumes: [
            { name: 'pages', configMap: { name: 'pages', items: [{ key: 'index.html', path: 'a/b.html' }] } },
            { name: 'none', secret: { secretName: 'nobody', optional: true } },
            { name: 'tmp', emptyDir: {} },
          ],
        },
      },
    );
    await advance(0);
    expect((await runConfig())?.mounts).to.deep.equal([
      {
        name: 'pages',
        containerPath: '/srv',
        files: { 'a/b.html': new TextEncoder().encode('<h1>') },
        readOnly: false,
      },
      { name: 'none', containerPath: '/n', files: {}, readOnly: false },
      { name: 'tmp', containerPath: '/tmp', emptyDir: true, subPath: 'a', readOnly: false },
    ]);
  });

  it('lets running containers see what has changed, once a minute, and gets tokens before they expire', async () => {
    const written: string[] = [];
    const runtime = Object.assign(node.runtime, {
      updateFiles: async (_: string, volume: string, files: Readonly<Record<string, Uint8Array>>) => {
        const content = Object.entries(files).map(([path, bytes]) => `${path}=${new TextDecoder().decode(bytes)}`);
        written.push(`${volume}: ${content.join()}`);
      },
    });
    await node.restartKubelet();
    const maps = node.client.of(ConfigMaps).in('default');
    await maps.create({ metadata: { name: 'pages' }, data: { page: 'old' } });
    const sources = [
      { serviceAccountToken: { path: 'token', expirationSeconds: 600 } },
      { configMap: { name: 'pages' } },
    ];
    await node.create('web', [web({ volumeMounts: [{ name: 'pages', mountPath: '/srv' }] })], {
      spec: {
        volumes: [
          { name: 'pages', configMap: { name: 'pages' } },
          { name: 'token', projected: { sources } },
        ],
      },
    });
    await advance(30_000);
    await maps.patch('pages', { data: { page: 'new' } });
    await advance(31_000);
    expect(written).to.deep.equal(['pages: page=new']);
    await advance(420_000);
    expect(written.filter((text) => text.startsWith('token'))).to.deep.equal([]);
    await advance(60_000);
    expect(written.filter((text) => text.startsWith('token'))).to.deep.equal(['token: token=,page=new']);
    await maps.delete('pages');
    await advance(60_000);
    expect((await node.events('web')).at(-1)).to.equal(
      'Warning FailedMount MountVolume.SetUp failed for volume "pages" : configmap "pages" not found',
    );
    expect(await node.summary('web')).to.equal('Running web:running/ready');
    await node.client.of(Pods).in('default').delete('web', { gracePeriodSeconds: 0 });
    await advance(60_000);
    Reflect.deleteProperty(runtime, 'updateFiles');
    await node.restartKubelet();
  });

  it('waits for a ConfigMap that a volume needs', async () => {
    await node.create('web', [web({})], { spec: { volumes: [{ name: 'cfg', configMap: { name: 'late' } }] } });
    await advance(1_000);
    expect(await node.summary('web')).to.equal('Pending web:ContainerCreating');
    expect(await node.events('web')).to.include(
      'Warning FailedMount MountVolume.SetUp failed for volume "cfg" : configmap "late" not found',
    );
    // kubectl makes `Init:0/1` of it.
    const initContainers = [{ name: 'init', image: 'busybox' }];
    const volumes = [{ name: 'cfg', configMap: { name: 'later' } }];
    await node.create('two', [web({})], { spec: { initContainers, volumes } });
    await advance(1_000);
    expect(await node.summary('two')).to.equal('Pending init:PodInitializing web:PodInitializing');
    await node.client
      .of(ConfigMaps)
      .in('default')
      .create({ metadata: { name: 'late' } });
    await advance(5_000);
    expect(await node.summary('web')).to.equal('Running web:running/ready');
  });
});
