// The admission plugin Priority, on a whole API server.

import { expect } from 'chai';
import { MemoryStore } from '../../../plugins/store-memory/memory-store.ts';
import { bootstrapPriorityClasses } from '../../cluster/bootstrap.ts';
import { builtinResources } from '../../model/index.ts';
import { Namespaces } from '../../model/namespace.ts';
import { Pods } from '../../model/pod.ts';
import { PriorityClasses } from '../../model/priority-class.ts';
import { ServiceAccounts } from '../../model/service-account.ts';
import type { ApiError } from '../../model/status.ts';
import { SeededRandom } from '../../time/random.ts';
import { VirtualClock } from '../../time/virtual-clock.ts';
import { Api } from '../api.ts';
import { standardAuthorizers } from '../authorizers.ts';
import { LocalApiClient } from '../local-api-client.ts';
import { standardAdmission } from './index.ts';

describe('admission of priorities', () => {
  const start = async () => {
    const clock = new VirtualClock();
    const store = new MemoryStore(clock);
    const random = new SeededRandom(1);
    const admission = standardAdmission(store, random);
    const authorizers = standardAuthorizers();
    const api = new Api({ store, resources: builtinResources, admission, authorizers, clock, random });
    const client = new LocalApiClient(api, { name: 'me', groups: ['system:masters'] });
    await client.of(Namespaces).create({ metadata: { name: 'default' } });
    await client
      .of(ServiceAccounts)
      .in('default')
      .create({ metadata: { name: 'default' } });
    await bootstrapPriorityClasses(client);
    return { client, classes: client.of(PriorityClasses), pods: client.of(Pods).in('default') };
  };

  const pod = (spec: object = {}) =>
    ({ metadata: { name: 'web' }, spec: { containers: [{ name: 'a', image: 'x' }], ...spec } }) as never;

  const message = (promise: Promise<unknown>) =>
    promise.then(
      () => 'accepted',
      (error: ApiError) => `${error.code} ${error.message}`,
    );

  const priorityOf = ({ spec }: { spec: object }) => {
    const { priorityClassName, priority, preemptionPolicy } = spec as Record<string, unknown>;
    return { priorityClassName, priority, preemptionPolicy };
  };

  it('gives a pod the number and the policy of its class', async () => {
    const { classes, pods } = await start();
    await classes.create({ metadata: { name: 'high' }, value: 1000, preemptionPolicy: 'Never' });
    const wanted = { priorityClassName: 'high', priority: 1000, preemptionPolicy: 'Never' };
    expect(priorityOf(await pods.create(pod({ priorityClassName: 'high' })))).to.deep.equal(wanted);
    await pods.delete('web');
    expect(priorityOf(await pods.create(pod(wanted)))).to.deep.equal(wanted);
  });

  it('gives a pod without class the default one, or else 0', async () => {
    const { classes, pods } = await start();
    const preemptionPolicy = 'PreemptLowerPriority';
    expect(priorityOf(await pods.create(pod()))).to.deep.equal({
      priorityClassName: undefined,
      priority: 0,
      preemptionPolicy,
    });
    await pods.delete('web');
    await classes.create({ metadata: { name: 'usual' }, value: 5, globalDefault: true });
    const usual = { priorityClassName: 'usual', priority: 5, preemptionPolicy };
    expect(priorityOf(await pods.create(pod()))).to.deep.equal(usual);
  });

  it('knows the classes of the system', async () => {
    const { classes, pods } = await start();
    const made = await pods.create(pod({ priorityClassName: 'system-node-critical' }));
    expect(made.spec.priority).to.equal(2_000_001_000);
    expect((await classes.list()).items.map(({ metadata, value }) => `${metadata.name} ${value}`)).to.deep.equal([
      'system-cluster-critical 2000000000',
      'system-node-critical 2000001000',
    ]);
  });

  it('refuses what is not so, in Kubernetes’ words', async () => {
    const { classes, pods } = await start();
    await classes.create({ metadata: { name: 'high' }, value: 1000 });
    const refused = 'from the given PriorityClass name';
    expect(await message(pods.create(pod({ priorityClassName: 'higher' })))).to.equal(
      '403 pods "web" is forbidden: no PriorityClass with name higher was found',
    );
    expect(await message(pods.create(pod({ priority: 7 })))).to.equal(
      `403 pods "web" is forbidden: the integer value of priority (7) must not be provided in pod spec; priority admission controller computed 0 ${refused}`,
    );
    expect(await message(pods.create(pod({ priorityClassName: 'high', priority: 0 })))).to.equal(
      `403 pods "web" is forbidden: the integer value of priority (0) must not be provided in pod spec; priority admission controller computed 1000 ${refused}`,
    );
    expect(await message(pods.create(pod({ priorityClassName: 'high', preemptionPolicy: 'Never' })))).to.equal(
      `403 pods "web" is forbidden: the string value of PreemptionPolicy (Never) must not be provided in pod spec; priority admission controller computed PreemptLowerPriority ${refused}`,
    );
    expect(await message(classes.create({ metadata: { name: 'system-mine' }, value: 1 }))).to.equal(
      '422 PriorityClass.scheduling.k8s.io "system-mine" is invalid: metadata.name: Forbidden: priority class names with \'system-\' prefix are reserved for system use only. error: system-mine is not a known system priority class',
    );
  });

  it('lets one class be the default', async () => {
    const { classes } = await start();
    await classes.create({ metadata: { name: 'usual' }, value: 5, globalDefault: true });
    const only = 'is forbidden: PriorityClass usual is already marked as default. Only one default can exist';
    expect(await message(classes.create({ metadata: { name: 'other' }, value: 1, globalDefault: true }))).to.equal(
      `403 priorityclasses.scheduling.k8s.io "other" ${only}`,
    );
    await classes.create({ metadata: { name: 'other' }, value: 1 });
    expect(await message(classes.patch('other', { globalDefault: true }))).to.equal(
      `403 priorityclasses.scheduling.k8s.io "other" ${only}`,
    );
    expect(await message(classes.patch('usual', { description: 'as before' }))).to.equal('accepted');
  });

  it('keeps what a pod was given when it is sent again without', async () => {
    const { pods } = await start();
    const made = await pods.create(pod({ priorityClassName: 'system-cluster-critical' }));
    const { priority: _, preemptionPolicy: __, ...spec } = made.spec;
    expect(await message(pods.update({ ...made, spec }))).to.equal('accepted');
    const standing = await pods.get('web');
    expect(standing.spec.priority).to.equal(2_000_000_000);
    expect(await message(pods.update({ ...standing, spec: { ...spec, priority: 1 } }))).to.match(
      /^422 .*spec: Forbidden/,
    );
  });
});
