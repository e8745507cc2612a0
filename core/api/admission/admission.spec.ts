// The standard admission plugins, on a whole API server.

import { expect } from 'chai';
import { MemoryStore } from '../../../plugins/store-memory/memory-store.ts';
import type { AdmissionPlugin } from '../../contracts/api-server.ts';
import { builtinResources } from '../../model/index.ts';
import { Namespaces } from '../../model/namespace.ts';
import { type Pod, Pods } from '../../model/pod.ts';
import { ServiceAccounts } from '../../model/service-account.ts';
import type { ApiError } from '../../model/status.ts';
import { SeededRandom } from '../../time/random.ts';
import { VirtualClock } from '../../time/virtual-clock.ts';
import { Api } from '../api.ts';
import { standardAuthorizers } from '../authorizers.ts';
import { LocalApiClient } from '../local-api-client.ts';
import { standardAdmission } from './index.ts';

describe('admission', () => {
  const start = async (extra: readonly AdmissionPlugin[] = []) => {
    const clock = new VirtualClock();
    const store = new MemoryStore(clock);
    const random = new SeededRandom(1);
    const admission = [...standardAdmission(store, random), ...extra];
    const api = new Api({
      store,
      resources: builtinResources,
      admission,
      authorizers: standardAuthorizers(),
      clock,
      random,
    });
    const client = new LocalApiClient(api, { name: 'me', groups: ['system:masters'] });
    await client.of(Namespaces).create({ metadata: { name: 'default' } });
    return { client, accounts: client.of(ServiceAccounts).in('default'), pods: client.of(Pods).in('default') };
  };

  const pod = (spec: object = {}) =>
    ({ metadata: { name: 'web' }, spec: { containers: [{ name: 'a', image: 'x' }], ...spec } }) as never;

  const message = (promise: Promise<unknown>) => promise.catch((error: ApiError) => error.message);

  it('gives a pod its account, and the account its token, certificate and namespace as files', async () => {
    const { accounts, pods } = await start();
    await accounts.create({ metadata: { name: 'default' }, imagePullSecrets: [{ name: 'key' }] });
    const { spec } = await pods.create(pod());
    expect(spec).to.include({ serviceAccountName: 'default' });
    expect(spec.imagePullSecrets).to.deep.equal([{ name: 'key' }]);
    const volume = spec.volumes?.[0];
    expect(volume?.name).to.match(/^kube-api-access-[a-z0-9]{5}$/);
    expect(volume?.projected?.sources?.map((source) => Object.keys(source)[0])).to.deep.equal([
      'serviceAccountToken',
      'configMap',
      'downwardAPI',
    ]);
    expect(spec.containers[0]?.volumeMounts).to.deep.equal([
      { name: volume?.name, readOnly: true, mountPath: '/var/run/secrets/kubernetes.io/serviceaccount' },
    ]);
  });

  it('mounts nothing where pod or account do not want it; the pod decides', async () => {
    const { accounts, pods } = await start();
    await accounts.create({ metadata: { name: 'default' }, automountServiceAccountToken: false });
    expect((await pods.create(pod())).spec.volumes).to.equal(undefined);
    await pods.delete('web');
    expect((await pods.create(pod({ automountServiceAccountToken: true }))).spec.volumes).to.have.length(1);
  });

  it('refuses a pod whose account is not there, and says first that its namespace is not', async () => {
    const { client, pods } = await start();
    expect(await message(pods.create(pod({ serviceAccountName: 'x' })))).to.equal(
      'pods "web" is forbidden: error looking up service account default/x: serviceaccount "x" not found',
    );
    expect(await message(client.of(Pods).in('none').create(pod()))).to.equal('namespaces "none" not found');
  });

  it('lets pods stay five minutes on a node that fails, unless they say otherwise', async () => {
    const { accounts, pods } = await start();
    await accounts.create({ metadata: { name: 'default' } });
    const own = { key: 'node.kubernetes.io/not-ready', operator: 'Exists', effect: 'NoExecute', tolerationSeconds: 5 };
    const { spec } = await pods.create(pod({ tolerations: [own] }));
    expect(spec.tolerations).to.deep.equal([
      own,
      { key: 'node.kubernetes.io/unreachable', operator: 'Exists', effect: 'NoExecute', tolerationSeconds: 300 },
    ]);
    await pods.delete('web');
    const all = { operator: 'Exists' };
    expect((await pods.create(pod({ tolerations: [all] }))).spec.tolerations).to.deep.equal([all]);
  });

  it('asks plugins in their order: all to change, then the rules, then all to agree', async () => {
    const calls: string[] = [];
    const spy = (name: string): AdmissionPlugin => ({
      name,
      mutate: ({ object }) => {
        calls.push(`${name} mutate`);
        return { ...object, metadata: { ...object.metadata, labels: { by: name } } };
      },
      validate: ({ operation, object }) => {
        calls.push(`${name} validate ${operation} ${object?.metadata.labels?.by ?? ''}`);
      },
    });
    const { accounts } = await start([spy('one'), spy('two')]);
    calls.length = 0;
    await accounts.create({ metadata: { name: 'default' } });
    await accounts.delete('default');
    expect(calls).to.deep.equal([
      'one mutate',
      'two mutate',
      'one validate CREATE two',
      'two validate CREATE two',
      'one validate DELETE ',
      'two validate DELETE ',
    ]);
  });

  it('answers for a plugin that throws, by its name, and stores nothing', async () => {
    const broken: AdmissionPlugin = {
      name: 'broken',
      validate: ({ target }) => {
        if (target.resource.kind === 'ServiceAccount') throw new TypeError('oops');
      },
    };
    const { accounts } = await start([broken]);
    expect(await message(accounts.create({ metadata: { name: 'default' } }))).to.equal(
      'Internal error occurred: admission plugin broken: oops',
    );
    expect((await accounts.list()).items).to.deep.equal([]);
  });

  it('keeps the pod that it was given as it was', async () => {
    const { accounts, pods } = await start();
    await accounts.create({ metadata: { name: 'default' } });
    const given: unknown = pod();
    const before = JSON.stringify(given);
    const made: Pod = await pods.create(given as never);
    expect(JSON.stringify(given)).to.equal(before);
    expect(made.spec.containers[0]).not.to.equal((given as Pod).spec.containers[0]);
  });
});
