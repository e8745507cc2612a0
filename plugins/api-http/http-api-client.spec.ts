import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import type { ApiEvent } from '../../core/contracts/api-client.ts';
import { ConfigMaps, Deployments, Namespaces, type Scale } from '../../core/model/index.ts';
import { ApiError } from '../../core/model/status.ts';
import { describeApiClient } from '../../core/testing/describe-api-client.ts';
import { foreignCluster } from './foreign-cluster.ts';
import { HttpApiClient } from './http-api-client.ts';
import { admin, TestFace } from './test-face.ts';

const caught = (promise: Promise<unknown>): Promise<ApiError> =>
  promise.then(
    () => expect.fail('no error'),
    (error) => error,
  );

describeApiClient('over HTTPS', async () => {
  const world = await new TestFace({ admission: true }).start();
  await world.client.of(Namespaces).create({ metadata: { name: 'kube-system' }, spec: {} });
  const { certificate: cert, key } = await world.face.clientCertificate(admin);
  const client = new HttpApiClient({
    server: world.face.url,
    ca: world.face.certificateAuthority,
    cert,
    key,
    user: admin,
  });
  return {
    client,
    compact: async () => world.store.compact(await world.store.revision()),
    close: async () => {
      client.close();
      await world.stop();
    },
  };
});

describe('HttpApiClient', () => {
  let world: TestFace;
  let client: HttpApiClient;
  const maps = () => client.of(ConfigMaps).in('default');

  before(async () => {
    world = await new TestFace().start();
    const { certificate: cert, key } = await world.face.clientCertificate(admin);
    client = new HttpApiClient({ server: world.face.url, ca: world.face.certificateAuthority, cert, key, user: admin });
  });
  after(async () => {
    client.close();
    await world.stop();
  });

  it('creates, reads, changes and deletes', async () => {
    const made = await maps().create({ metadata: { name: 'one' }, data: { a: '1' } });
    expect(made).to.deep.include({ apiVersion: 'v1', kind: 'ConfigMap' });
    expect(await maps().get('one')).to.deep.equal(made);
    const changed = await maps().update({ ...made, data: { a: '2' } });
    expect((await caught(maps().update({ ...made, data: {} }))).reason).to.equal('Conflict');
    expect(Number(changed.metadata.resourceVersion)).to.be.above(Number(made.metadata.resourceVersion));
    expect((await maps().patch('one', { data: { b: '3' } })).data).to.deep.equal({ a: '2', b: '3' });
    expect((await maps().patch('one', [{ op: 'remove', path: '/data/a' }], { type: 'json' })).data).to.deep.equal({
      b: '3',
    });
    expect((await maps().list({ fieldSelector: 'metadata.name=one' })).items).to.have.length(1);
    expect((await maps().patch('one', { data: { c: '4' } }, { dryRun: true })).data).to.include({ c: '4' });
    expect((await maps().get('one')).data).to.deep.equal({ b: '3' });
    await maps().delete('one', { preconditions: { uid: made.metadata.uid } });
    expect((await caught(maps().get('one'))).reason).to.equal('NotFound');
  });

  it('speaks to subresources', async () => {
    const deployments = client.of(Deployments).in('default');
    await deployments.create({
      metadata: { name: 'web' },
      spec: {
        replicas: 1,
        selector: { matchLabels: { app: 'web' } },
        template: { metadata: { labels: { app: 'web' } }, spec: { containers: [{ name: 'web', image: 'nginx' }] } },
      },
    });
    const scale = await deployments.subresource<Scale>('scale').patch('web', { spec: { replicas: 3 } });
    expect(scale.spec?.replicas).to.equal(3);
    const written = await deployments.status.patch('web', { status: { replicas: 3 } });
    expect(written.status?.replicas).to.equal(3);
    await deployments.deleteCollection({ labelSelector: 'nobody=has' });
    expect((await deployments.list()).items).to.have.length(1);
    await deployments.deleteCollection();
    expect((await deployments.list()).items).to.have.length(0);
  });

  it('watches, and leaves off when nobody listens', async () => {
    const events: ApiEvent[] = [];
    const seen = (count: number) =>
      new Promise<void>((resolve) => {
        const look = () => (events.length >= count ? resolve() : setImmediate(look));
        look();
      });
    const { metadata } = await maps().list();
    const subscription = maps()
      .watch({ resourceVersion: metadata.resourceVersion })
      .subscribe((event) => events.push(event));
    await maps().create({ metadata: { name: 'seen' }, data: { text: 'ä€😀' } });
    await maps().patch('seen', { metadata: { labels: { a: 'b' } } });
    await maps().delete('seen');
    await seen(3);
    subscription.unsubscribe();
    expect(events.map(({ type }) => type)).to.deep.equal(['ADDED', 'MODIFIED', 'DELETED']);
    expect(events[0]?.object).to.deep.include({ data: { text: 'ä€😀' } });
  });

  it('ends a watch in the error that the server gives', async () => {
    const error = await new Promise<unknown>((resolve) => {
      maps().watch({ labelSelector: '!!' }).subscribe({ error: resolve });
    });
    expect(error).to.be.instanceOf(ApiError);
    expect((error as ApiError).code).to.equal(400);
  });

  it('gives up when told to', async () => {
    const abort = new AbortController();
    const listing = maps().list({ signal: abort.signal });
    abort.abort(new Error('enough'));
    expect((await caught(listing)).message).to.equal('enough');
    expect((await caught(maps().list({ signal: abort.signal }))).message).to.equal('enough');
  });

  it('says so when nobody is there, or somebody else', async () => {
    const nobody = new HttpApiClient({ server: 'https://127.0.0.1:1' });
    const error = await caught(nobody.of(ConfigMaps).list());
    expect([error.code, error.reason]).to.deep.equal([503, 'ServiceUnavailable']);
    nobody.close();
    const silent = createServer((socket) => socket.destroy()).listen(0, '127.0.0.1');
    await new Promise((resolve) => silent.once('listening', resolve));
    const { port } = silent.address() as { port: number };
    const stranger = new HttpApiClient({ server: `https://127.0.0.1:${port}` });
    expect((await caught(stranger.of(ConfigMaps).list())).code).to.equal(503);
    stranger.close();
    silent.close();
    // A server whose certificate another authority has signed.
    const { certificate } = await (await import('./certificates.ts')).CertificateAuthority.open(() =>
      world.clock.now(),
    );
    const cheated = new HttpApiClient({ server: world.face.url, ca: certificate });
    expect((await caught(cheated.of(ConfigMaps).list())).message).to.match(/cannot be reached/);
    cheated.close();
  });

  it('reaches the cluster that a kubeconfig names', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'kubelab '));
    const file = join(folder, 'config');
    await writeFile(file, await world.face.kubeconfig(admin));
    const foreign = new HttpApiClient(await foreignCluster({ file }));
    expect((await foreign.of(ConfigMaps).list()).kind).to.equal('ConfigMapList');
    expect(foreign.user).to.equal(undefined);
    foreign.close();
    const message = await foreignCluster({ file, context: 'nope' }).catch((error) => error.message);
    expect(message).to.match(/has no cluster for the context "nope"; there are: kubelab/);
    await rm(folder, { recursive: true });
  }).timeout(30_000);
});
