// Evictions and the budgets that hold them back. The budgets' numbers are written by hand here; who counts them is
// plugins/controller-disruption.

import { expect } from 'chai';
import { MemoryStore } from '../../../plugins/store-memory/memory-store.ts';
import { findCondition } from '../../model/conditions.ts';
import type { Draft } from '../../model/meta.ts';
import { type Pod, Pods } from '../../model/pod.ts';
import {
  type PodDisruptionBudget,
  type PodDisruptionBudgetStatus,
  PodDisruptionBudgets,
} from '../../model/pod-disruption-budget.ts';
import { ApiError, type Status } from '../../model/status.ts';
import { ControlPlane } from '../../testing/control-plane.ts';
import { makePod } from '../../testing/objects.ts';
import { VirtualClock } from '../../time/virtual-clock.ts';

describe('eviction', () => {
  let plane: ControlPlane;

  beforeEach(() => {
    const clock = new VirtualClock();
    plane = new ControlPlane(new MemoryStore(clock), clock);
  });
  afterEach(() => plane.stop());

  const pods = () => plane.client.of(Pods).in('default');
  const budgets = () => plane.client.of(PodDisruptionBudgets).in('default');

  const run = async (name: string, { ready = true, phase = 'Running' } = {}) => {
    const { uid: _, resourceVersion: __, ...metadata } = makePod(name).metadata;
    const pod = makePod(name, { nodeName: 'node-1', terminationGracePeriodSeconds: 30 });
    await pods().create({ ...pod, metadata: { ...metadata, labels: { app: 'web' } } } as Draft<Pod>);
    const conditions = [{ type: 'Ready', status: ready ? 'True' : 'False' }];
    await pods().status.patch(name, { status: { phase, conditions } }, { type: 'merge' });
  };

  const budget = async (status: Partial<PodDisruptionBudgetStatus>, spec: object = {}, name = 'web') => {
    const selector = { matchLabels: { app: 'web' } };
    await budgets().create({ metadata: { name }, spec: { selector, minAvailable: 1, ...spec } });
    await budgets().status.patch(name, { status: { observedGeneration: 1, ...status } }, { type: 'merge' });
  };

  const evict = async (name: string, options: object = {}): Promise<Status | undefined> => {
    try {
      await pods().post(name, 'eviction', {
        apiVersion: 'policy/v1',
        kind: 'Eviction',
        metadata: { name, namespace: 'default' },
        ...options,
      });
      return undefined;
    } catch (error) {
      if (error instanceof ApiError) return error.status;
      throw error;
    }
  };

  const isGoing = async (name: string) => (await pods().get(name)).metadata.deletionTimestamp !== undefined;
  const spent = { disruptionsAllowed: 0, currentHealthy: 1, desiredHealthy: 1, expectedPods: 1 };

  it('takes a pod away that no budget protects, and says why', async () => {
    await run('web');
    expect(await evict('web')).to.equal(undefined);
    const { metadata, status } = await pods().get('web');
    expect(metadata.deletionTimestamp).to.be.a('string');
    expect(findCondition(status?.conditions, 'DisruptionTarget')).to.include({
      status: 'True',
      reason: 'EvictionByEvictionAPI',
      message: 'Eviction API: evicting',
    });
  });

  it('is refused with 429 when the budget is used up', async () => {
    await run('web');
    await budget(spent);
    const status = await evict('web');
    expect(status).to.deep.include({
      code: 429,
      reason: 'TooManyRequests',
      message: "Cannot evict pod as it would violate the pod's disruption budget.",
      details: {
        causes: [
          {
            reason: 'DisruptionBudget',
            message: 'The disruption budget web needs 1 healthy pods and has 1 currently',
          },
        ],
      },
    });
    expect(await isGoing('web')).to.equal(false);
  });

  it('uses the budget up, one pod after the other', async () => {
    await run('a');
    await run('b');
    await budget({ disruptionsAllowed: 1, currentHealthy: 2, desiredHealthy: 1, expectedPods: 2 });
    const answers = await Promise.all([evict('a'), evict('b')]);
    expect(answers.map((answer) => answer?.code ?? 201).sort()).to.deep.equal([201, 429]);
    const { status } = await budgets().get('web');
    expect(status).to.deep.include({ disruptionsAllowed: 0, currentHealthy: 2 });
    expect(Object.keys(status?.disruptedPods ?? {})).to.have.length(1);
    expect(findCondition(status?.conditions, 'DisruptionAllowed')).to.include({
      status: 'False',
      reason: 'InsufficientPods',
    });
  });

  it('serves a whole node that is drained at once', async () => {
    const names = Array.from({ length: 60 }, (_, at) => `web-${at}`);
    for (const name of names) await run(name);
    await budget({ disruptionsAllowed: 40, currentHealthy: 60, desiredHealthy: 20, expectedPods: 60 });
    const answers = (await Promise.all(names.map((name) => evict(name)))).map((answer) => answer?.code ?? 201);
    expect(answers.filter((code) => code === 201)).to.have.length(40);
    expect(answers.filter((code) => code === 429)).to.have.length(20);
    expect(Object.keys((await budgets().get('web')).status?.disruptedPods ?? {})).to.have.length(40);
  });

  it('changes nothing on a dry run', async () => {
    await run('web');
    await budget({ disruptionsAllowed: 1, currentHealthy: 2, desiredHealthy: 1, expectedPods: 2 });
    expect(await evict('web', { deleteOptions: { dryRun: ['All'] } })).to.equal(undefined);
    expect(await isGoing('web')).to.equal(false);
    expect((await budgets().get('web')).status?.disruptionsAllowed).to.equal(1);
  });

  it('waits for the controller where the spec is newer than what was counted', async () => {
    await run('web');
    await budget({ disruptionsAllowed: 1, observedGeneration: 0 });
    const status = await evict('web');
    expect(status?.code).to.equal(429);
    expect(status?.details).to.deep.equal({
      causes: [
        { reason: 'DisruptionBudget', message: 'The disruption budget web is still being processed by the server.' },
      ],
      retryAfterSeconds: 10,
    });
  });

  it('says why the controller could not count', async () => {
    await run('web');
    const reason = { type: 'DisruptionAllowed', status: 'False', reason: 'SyncFailed', message: 'no scale' };
    await budget({ ...spent, conditions: [{ ...reason, lastTransitionTime: '2026-01-01T00:00:00Z' }] });
    expect((await evict('web'))?.details?.causes?.[0]?.message).to.equal(
      'The disruption budget web does not allow evicting pods currently because it failed sync: no scale',
    );
  });

  it('asks no budget for a pod that does not run', async () => {
    await budget(spent);
    for (const phase of ['Pending', 'Succeeded', 'Failed']) {
      await run(phase.toLowerCase(), { ready: false, phase });
      expect(await evict(phase.toLowerCase())).to.equal(undefined);
    }
  });

  it('lets a pod that is not Ready go while the others suffice, or always, if the budget says so', async () => {
    await run('sick', { ready: false });
    await budget({ ...spent, desiredHealthy: 2 });
    expect((await evict('sick'))?.code).to.equal(429);
    await budgets().patch('web', { spec: { unhealthyPodEvictionPolicy: 'AlwaysAllow' } });
    expect(await evict('sick')).to.equal(undefined);
    await run('ill', { ready: false });
    await budgets().patch('web', { spec: { unhealthyPodEvictionPolicy: 'IfHealthyBudget' } });
    await budgets().status.patch('web', { status: { ...spent, observedGeneration: 3 } }, { type: 'merge' });
    expect(await evict('ill')).to.equal(undefined);
    expect((await budgets().get('web')).status?.disruptedPods).to.equal(undefined);
  });

  it('does not choose between two budgets', async () => {
    await run('web');
    await budget({ disruptionsAllowed: 1 });
    await budget({ disruptionsAllowed: 1 }, {}, 'other');
    expect(await evict('web')).to.include({
      code: 500,
      message: 'This pod has more than one PodDisruptionBudget, which the eviction subresource does not support.',
    });
  });

  it('holds a selector that is empty for all pods, and none for no pod', async () => {
    await run('web');
    await budget(spent, { selector: {} });
    expect((await evict('web'))?.code).to.equal(429);
    await budgets().delete('web');
    const none: Draft<PodDisruptionBudget> = { metadata: { name: 'none' }, spec: { minAvailable: 1 } };
    await budgets().create(none);
    expect(await evict('web')).to.equal(undefined);
  });
});
