import { expect } from 'chai';
import type { TokenIssuer, TokenRequest } from '../../core/contracts/token-issuer.ts';
import { ConfigMaps } from '../../core/model/config-map.ts';
import { Namespaces } from '../../core/model/namespace.ts';
import { Secrets } from '../../core/model/secret.ts';
import { ServiceAccounts } from '../../core/model/service-account.ts';
import type { ControlPlane } from '../../core/testing/control-plane.ts';
import { describeController } from '../../core/testing/describe-controller.ts';
import { TestWorld } from '../../core/testing/test-world.ts';
import type { VirtualClock } from '../../core/time/virtual-clock.ts';
import { MemoryStore } from '../store-memory/memory-store.ts';
import { RootCaPublisher } from './root-ca-publisher.ts';
import { ServiceAccountController } from './service-account-controller.ts';
import { TokensController } from './tokens-controller.ts';

const ca = { certificate: '-----BEGIN CERTIFICATE-----\nüber\n-----END CERTIFICATE-----\n' };
const decoded = (text: string | undefined) => Buffer.from(text ?? '', 'base64').toString();

/** Signs by writing down what it was asked. */
class PlainIssuer implements TokenIssuer {
  readonly audience = 'api';
  readonly requests: TokenRequest[] = [];

  async issue(request: TokenRequest) {
    this.requests.push(request);
    return { token: `token ${this.requests.length} of ${request.namespace}/${request.serviceAccount} ${request.uid}` };
  }

  async verify() {
    return undefined;
  }
}

describe('service accounts', () => {
  let world: TestWorld;

  beforeEach(async () => {
    world = new TestWorld((clock) => new MemoryStore(clock));
    await world.namespace('default');
  });
  afterEach(() => world.close());

  describe('the default account', () => {
    const accounts = async () => (await world.client.of(ServiceAccounts).list()).items;
    const names = async () => (await accounts()).map(({ metadata }) => `${metadata.namespace}/${metadata.name}`);

    it('is in each namespace, those that are there and those to come', async () => {
      await world.run(new ServiceAccountController(world.faulty));
      await world.settle();
      expect(await names()).to.deep.equal(['default/default']);
      await world.namespace('team');
      await world.settle();
      expect(await names()).to.deep.equal(['default/default', 'team/default']);
    });

    it('comes back when it is deleted', async () => {
      await world.run(new ServiceAccountController(world.faulty));
      await world.settle();
      const [before] = await accounts();
      await world.client.of(ServiceAccounts).in('default').delete('default');
      await world.settle();
      const [after] = await accounts();
      expect(after?.metadata.name).to.equal('default');
      expect(after?.metadata.uid).not.to.equal(before?.metadata.uid);
    });
  });

  describe('the certificate to trust', () => {
    const map = () => world.client.of(ConfigMaps).in('default').get('kube-root-ca.crt');

    it('is in each namespace, and is put right when somebody changes it', async () => {
      await world.run(new RootCaPublisher(world.faulty, ca));
      await world.settle();
      const written = await map();
      expect(written.data).to.deep.equal({ 'ca.crt': ca.certificate });
      expect(written.metadata.annotations?.['kubernetes.io/description']).to.match(/^Contains a CA bundle/);
      await world.client
        .of(ConfigMaps)
        .in('default')
        .update({ ...written, data: { 'ca.crt': 'mine' } });
      await world.settle();
      expect((await map()).data).to.deep.equal({ 'ca.crt': ca.certificate });
      await world.client.of(ConfigMaps).in('default').delete('kube-root-ca.crt');
      await world.settle();
      expect((await map()).data).to.deep.equal({ 'ca.crt': ca.certificate });
    });
  });

  describe('token Secrets', () => {
    let tokens: PlainIssuer;
    const secrets = () => world.client.of(Secrets).in('default');
    const make = (account: string, name = 'robot-token') =>
      secrets().create({
        metadata: { name, annotations: { 'kubernetes.io/service-account.name': account } },
        type: 'kubernetes.io/service-account-token',
      });
    const names = async () => (await secrets().list()).items.map(({ metadata }) => metadata.name);

    beforeEach(async () => {
      tokens = new PlainIssuer();
      await world.client
        .of(ServiceAccounts)
        .in('default')
        .create({ metadata: { name: 'robot' } });
      await world.run(new TokensController({ client: world.faulty, clock: world.clock, tokens, ca }));
    });

    it('get the account’s token, the certificate and the namespace', async () => {
      await make('robot');
      await world.settle();
      const { data, metadata } = await secrets().get('robot-token');
      const { uid } = (await world.client.of(ServiceAccounts).in('default').get('robot')).metadata;
      expect(metadata.annotations?.['kubernetes.io/service-account.uid']).to.equal(uid);
      expect(decoded(data?.token)).to.equal(`token 1 of default/robot ${uid}`);
      expect(decoded(data?.['ca.crt'])).to.equal(ca.certificate);
      expect(decoded(data?.namespace)).to.equal('default');
      expect(tokens.requests).to.deep.equal([
        { namespace: 'default', serviceAccount: 'robot', uid, secret: 'robot-token' },
      ]);
    });

    it('get back what was taken away, with the token they have', async () => {
      await make('robot');
      await world.settle();
      const before = await secrets().get('robot-token');
      const { namespace: _, ...rest } = before.data ?? {};
      await secrets().update({ ...before, data: rest });
      await world.settle();
      expect((await secrets().get('robot-token')).data).to.deep.equal(before.data);
      expect(tokens.requests).to.have.length(1);
    });

    it('go with their account', async () => {
      await make('robot');
      await secrets().create({ metadata: { name: 'mine' }, type: 'Opaque' });
      await world.settle();
      expect(await names()).to.deep.equal(['mine', 'robot-token']);
      await world.client.of(ServiceAccounts).in('default').delete('robot');
      await world.settle();
      expect(await names()).to.deep.equal(['mine']);
    });

    it('go when there is no such account', async () => {
      await make('nobody');
      await world.settle();
      expect(await names()).to.deep.equal([]);
    });

    it('go when the account is another one of the same name', async () => {
      await make('robot');
      await world.settle();
      const accounts = world.client.of(ServiceAccounts).in('default');
      await accounts.delete('robot');
      await accounts.create({ metadata: { name: 'robot' } });
      await world.settle();
      expect(await names()).to.deep.equal([]);
    });
  });
});

const namespaces = ['blue', 'green'];
const store = (clock: VirtualClock) => new MemoryStore(clock);
const beginWithNamespaces = async ({ client }: ControlPlane) => {
  for (const name of namespaces) await client.of(Namespaces).create({ metadata: { name }, spec: {} });
};

describeController('serviceaccount', () => ({
  store,
  make: ({ faulty }) => new ServiceAccountController(faulty),
  begin: beginWithNamespaces,
  holds: async ({ client }) => (await client.of(ServiceAccounts).list()).items.length === namespaces.length,
}));

describeController('root-ca-certificate-publisher', () => ({
  store,
  make: ({ faulty }) => new RootCaPublisher(faulty, ca),
  begin: beginWithNamespaces,
  holds: async ({ client }) => (await client.of(ConfigMaps).list()).items.length === namespaces.length,
}));

describeController('serviceaccount-token', () => ({
  store,
  make: ({ faulty, clock }) => new TokensController({ client: faulty, clock, tokens: new PlainIssuer(), ca }),
  begin: async ({ client }) => {
    await client
      .of(ServiceAccounts)
      .in('default')
      .create({ metadata: { name: 'robot' } });
    await client
      .of(Secrets)
      .in('default')
      .create({
        metadata: { name: 'robot-token', annotations: { 'kubernetes.io/service-account.name': 'robot' } },
        type: 'kubernetes.io/service-account-token',
      });
  },
  holds: async ({ client }) => {
    const { data } = await client.of(Secrets).in('default').get('robot-token');
    return Object.keys(data ?? {}).length === 3;
  },
}));
