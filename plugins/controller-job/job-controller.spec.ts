import { expect } from 'chai';
import { ControllerRunner } from '../../core/control/controller-runner.ts';
import { Jobs } from '../../core/model/job/job.ts';
import { controllerOf } from '../../core/model/meta.ts';
import { type Pod, Pods } from '../../core/model/pod.ts';
import { ControlPlane } from '../../core/testing/control-plane.ts';
import { describeController } from '../../core/testing/describe-controller.ts';
import { VirtualClock } from '../../core/time/virtual-clock.ts';
import { MemoryStore } from '../store-memory/memory-store.ts';
import { trackingFinalizer } from './counting.ts';
import { conditionsOf, eventsOf, type Fate, job, jobOf, makeController, podsOf, runPods } from './job-world.fixture.ts';
import { TtlAfterFinished } from './ttl-after-finished.ts';

describeController('job', () => ({
  store: (clock) => new MemoryStore(clock),
  make: makeController,
  begin: ({ client }) => client.of(Jobs).create(job({ completions: 5, parallelism: 2 })),
  others: (plane) => runPods(plane),
  holds: async (plane) => {
    const { status } = await jobOf(plane);
    const pods = await podsOf(plane);
    expect(status?.succeeded ?? 0, 'counted twice').to.be.at.most(5);
    const isDone = status?.conditions?.some(({ type }) => type === 'Complete') ?? false;
    if (isDone) expect([status?.succeeded, status?.active, pods.length]).to.deep.equal([5, undefined, 5]);
    return isDone;
  },
}));

describe('Job controller', () => {
  let plane: ControlPlane;
  let runners: ControllerRunner[];

  beforeEach(async () => {
    const clock = new VirtualClock();
    plane = new ControlPlane(new MemoryStore(clock), clock);
    const { client, faulty, random } = plane;
    runners = [
      new ControllerRunner({ client: faulty, controller: makeController(plane), clock, random }),
      new ControllerRunner({ client, controller: new TtlAfterFinished({ client, clock }), clock, random }),
    ];
    for (const runner of runners) await runner.start();
  });

  afterEach(async () => {
    for (const runner of runners) await runner.stop();
    await plane.stop();
  });

  const door = () => plane.client.of(Jobs).in('default');
  const create = (spec: object = {}, pod: object = {}) => door().create(job(spec, pod));
  const status = async () => (await jobOf(plane)).status;
  const pods = () => podsOf(plane);
  const running = async () =>
    (await pods()).filter((pod) => !['Succeeded', 'Failed'].includes(pod.status?.phase ?? ''));
  const pass = async (fate?: Fate, seconds = 1) => {
    await plane.clock.advance(seconds * 500);
    await runPods(plane, fate);
    await plane.clock.advance(seconds * 500);
  };

  it('runs one pod to its success: finalizer, labels, owner, conditions, events', async () => {
    const { metadata } = await create();
    await plane.clock.advance(1);
    const [pod] = (await pods()) as [Pod];
    expect(pod.metadata.name).to.match(/^pi-\w{5}$/);
    expect(pod.metadata.finalizers).to.deep.equal([trackingFinalizer]);
    expect(pod.metadata.labels).to.include({ 'job-name': 'pi', 'batch.kubernetes.io/controller-uid': metadata.uid });
    expect(controllerOf(pod)).to.include({ apiVersion: 'batch/v1', kind: 'Job', name: 'pi', uid: metadata.uid });
    expect(await status()).to.deep.equal({
      startTime: '2026-01-01T00:00:00Z',
      active: 1,
      ready: 0,
      terminating: 0,
      uncountedTerminatedPods: {},
    });
    await pass(() => undefined);
    expect((await status())?.ready).to.equal(1);
    await pass();
    const condition = { status: 'True', reason: 'CompletionsReached' };
    const message = 'Reached expected number of succeeded pods';
    const times = { lastProbeTime: '2026-01-01T00:00:01Z', lastTransitionTime: '2026-01-01T00:00:01Z' };
    expect(await status()).to.deep.equal({
      conditions: [
        { type: 'SuccessCriteriaMet', ...condition, message, ...times },
        { type: 'Complete', ...condition, message, ...times },
      ],
      startTime: '2026-01-01T00:00:00Z',
      completionTime: '2026-01-01T00:00:01Z',
      succeeded: 1,
      ready: 0,
      terminating: 0,
      uncountedTerminatedPods: {},
    });
    expect((await pods())[0]?.metadata.finalizers ?? []).to.deep.equal([]);
    expect(await eventsOf(plane)).to.deep.equal([
      `SuccessfulCreate Created pod: ${pod.metadata.name}`,
      'Completed Job completed',
    ]);
  });

  it('runs no more at a time than parallelism, and no more in all than completions', async () => {
    await create({ completions: 5, parallelism: 3 });
    const seen: number[] = [];
    for (let step = 0; step < 3; step += 1) {
      await plane.clock.advance(1);
      seen.push((await running()).length);
      await pass();
    }
    expect(seen).to.deep.equal([3, 2, 0]);
    expect(await pods()).to.have.length(5);
    expect((await status())?.succeeded).to.equal(5);
  });

  it('a work queue: after one success no new pod, and Complete when the others are through', async () => {
    await create({ parallelism: 3 });
    await plane.clock.advance(1);
    const [first, second] = (await pods()) as [Pod, Pod, Pod];
    await pass(({ metadata }) => (metadata.name === first.metadata.name ? 'Succeeded' : undefined));
    await pass(({ metadata }) => (metadata.name === second.metadata.name ? 'Failed' : undefined));
    expect(await running()).to.have.length(1);
    expect(await conditionsOf(plane)).to.deep.equal([]);
    await pass();
    expect(await pods()).to.have.length(3);
    expect(await conditionsOf(plane)).to.include('Complete CompletionsReached');
    expect(await status()).to.include({ succeeded: 2, failed: 1 });
  });

  it('tries again after 10 s, 20 s, 40 s, and fails past backoffLimit', async () => {
    await create({ backoffLimit: 3 });
    const born: number[] = [];
    for (let second = 0; second < 200; second += 1) {
      await plane.clock.advance(1000);
      if ((await pods()).length > born.length) born.push(second);
      await runPods(plane, () => 'Failed');
    }
    expect(born.map((at, i) => at - (born[i - 1] ?? 0))).to.deep.equal([0, 10, 20, 40]);
    expect(await conditionsOf(plane)).to.deep.equal([
      'FailureTarget BackoffLimitExceeded',
      'Failed BackoffLimitExceeded',
    ]);
    expect(await status()).to.include({ failed: 4 });
    expect(await status()).not.to.have.property('completionTime');
    expect(await eventsOf(plane)).to.include('BackoffLimitExceeded Job has reached the specified backoff limit');
  });

  it('waits also when another pod succeeded in the same second', async () => {
    await create({ completions: 3, parallelism: 3, completionMode: 'Indexed' });
    const isLast = ({ spec }: Pod) => spec.hostname === 'pi-2';
    await pass((pod) => (isLast(pod) ? 'Failed' : 'Succeeded'));
    for (let step = 0; step < 8; step += 1) await pass((pod) => (isLast(pod) ? 'Failed' : 'Succeeded'));
    expect(await pods()).to.have.length(3);
    await pass(() => undefined, 2);
    expect(await pods()).to.have.length(4);
  });

  it('OnFailure: restarts in the pod count, and the pod goes when there were too many', async () => {
    await create({ backoffLimit: 2 }, { restartPolicy: 'OnFailure' });
    await pass(() => undefined);
    const [pod] = (await pods()) as [Pod];
    const containerStatuses = [{ name: 'pi', restartCount: 2, ready: true, image: 'perl', imageID: '' }];
    const client = plane.client.of(Pods).in('default');
    await client.status.patch(pod.metadata.name, { status: { containerStatuses } }, { type: 'merge' });
    await pass(() => undefined);
    await pass(() => undefined);
    expect(await conditionsOf(plane)).to.include('Failed BackoffLimitExceeded');
    expect(await pods()).to.deep.equal([]);
    expect((await status())?.failed).to.equal(1);
  });

  it('Indexed: each number once, by name, hostname, annotation, label and variable', async () => {
    await create({ completions: 4, parallelism: 2, completionMode: 'Indexed' });
    await plane.clock.advance(1);
    const [zero] = (await pods()).filter(({ spec }) => spec.hostname === 'pi-0') as [Pod];
    const key = 'batch.kubernetes.io/job-completion-index';
    expect(zero.metadata.name).to.match(/^pi-0-\w{5}$/);
    expect(zero.metadata.annotations).to.deep.equal({ [key]: '0' });
    expect(zero.metadata.labels).to.include({ [key]: '0' });
    expect(zero.spec.containers[0]?.env).to.deep.equal([
      {
        name: 'JOB_COMPLETION_INDEX',
        valueFrom: { fieldRef: { apiVersion: 'v1', fieldPath: `metadata.labels['${key}']` } },
      },
    ]);
    const isFirst = ({ spec }: Pod) => spec.hostname === 'pi-0';
    await pass((pod) => (isFirst(pod) ? 'Failed' : 'Succeeded'));
    expect((await status())?.completedIndexes).to.equal('1');
    for (let step = 0; step < 12; step += 1) await pass();
    expect(await status()).to.include({ completedIndexes: '0-3', succeeded: 4, failed: 1 });
    expect(await conditionsOf(plane)).to.include('Complete CompletionsReached');
  });

  it('Indexed: a success policy is met before all numbers are done', async () => {
    const successPolicy = { rules: [{ succeededIndexes: '0', succeededCount: 1 }] };
    await create({ completions: 3, parallelism: 3, completionMode: 'Indexed', successPolicy });
    await pass(({ spec }) => (spec.hostname === 'pi-0' ? 'Succeeded' : undefined));
    await pass(() => undefined);
    expect(await conditionsOf(plane)).to.deep.equal(['SuccessCriteriaMet SuccessPolicy', 'Complete SuccessPolicy']);
    expect(await pods()).to.have.length(1);
  });

  it('Indexed: a number that fails too often is given up, the others go on', async () => {
    await create({ completions: 3, parallelism: 3, completionMode: 'Indexed', backoffLimitPerIndex: 1 });
    const fate: Fate = ({ spec }) => (spec.hostname === 'pi-1' ? 'Failed' : 'Succeeded');
    for (let step = 0; step < 14; step += 1) await pass(fate);
    const tries = (await pods()).filter(({ spec }) => spec.hostname === 'pi-1');
    const key = 'batch.kubernetes.io/job-index-failure-count';
    expect(tries.map(({ metadata }) => metadata.annotations?.[key]).sort()).to.deep.equal(['0', '1']);
    expect(await status()).to.include({ completedIndexes: '0,2', failedIndexes: '1', failed: 2, succeeded: 2 });
    expect(await conditionsOf(plane)).to.deep.equal(['FailureTarget FailedIndexes', 'Failed FailedIndexes']);
  });

  it('Indexed: more failed numbers than maxFailedIndexes end it at once', async () => {
    const limits = { backoffLimitPerIndex: 0, maxFailedIndexes: 1 };
    await create({ completions: 5, parallelism: 5, completionMode: 'Indexed', ...limits });
    await pass(({ spec }) => (spec.hostname === 'pi-1' || spec.hostname === 'pi-3' ? 'Failed' : undefined));
    await pass(() => undefined);
    expect((await status())?.failedIndexes).to.equal('1,3');
    expect(await conditionsOf(plane)).to.include('Failed MaxFailedIndexesExceeded');
  });

  it('a failure policy gives it up, or does not count', async () => {
    const onExitCodes = (operator: string, ...values: number[]) => ({ onExitCodes: { operator, values } });
    const disrupted = { onPodConditions: [{ type: 'DisruptionTarget', status: 'True' }] };
    const rules = [
      { action: 'FailJob', ...onExitCodes('In', 42) },
      { action: 'Ignore', ...disrupted },
    ];
    await create({ backoffLimit: 0, podFailurePolicy: { rules } });
    const client = plane.client.of(Pods).in('default');
    const fail = async (rest: object) => {
      const pod = (await running())[0] as Pod;
      await client.status.patch(pod.metadata.name, { status: { phase: 'Failed', ...rest } }, { type: 'merge' });
      return pod.metadata.name;
    };
    await pass(() => undefined);
    await fail({ conditions: [{ type: 'DisruptionTarget', status: 'True' }] });
    await pass(() => undefined, 12);
    expect(await status()).not.to.have.property('failed');
    const terminated = { exitCode: 42, reason: 'Error' };
    const containerStatuses = [
      { name: 'pi', restartCount: 0, ready: false, image: '', imageID: '', state: { terminated } },
    ];
    const name = await fail({ containerStatuses });
    await pass(() => undefined);
    await pass(() => undefined);
    expect(await conditionsOf(plane)).to.deep.equal(['FailureTarget PodFailurePolicy', 'Failed PodFailurePolicy']);
    expect(await eventsOf(plane)).to.include(
      `PodFailurePolicy Container pi for pod default/${name} failed with exit code 42 matching FailJob rule at index 0`,
    );
  });

  it('fails when it was active for too long, and stops its pods', async () => {
    await create({ activeDeadlineSeconds: 30, parallelism: 2, completions: 2 });
    await pass(() => undefined);
    await plane.clock.advance(30_000);
    await pass(() => undefined);
    expect(await pods()).to.deep.equal([]);
    expect(await conditionsOf(plane)).to.deep.equal(['FailureTarget DeadlineExceeded', 'Failed DeadlineExceeded']);
    expect(await eventsOf(plane)).to.include('DeadlineExceeded Job was active longer than specified deadline');
    expect((await status())?.failed).to.equal(2);
  });

  it('suspend: no pod runs, and none counts as failed; resumed, its time begins anew', async () => {
    await create({ suspend: true, activeDeadlineSeconds: 60 });
    await pass(() => undefined);
    expect(await pods()).to.deep.equal([]);
    expect(await conditionsOf(plane)).to.deep.equal(['Suspended JobSuspended']);
    expect(await status()).not.to.have.property('startTime');
    await plane.clock.advance(100_000);
    await door().patch('pi', { spec: { suspend: false } });
    await pass(() => undefined);
    expect((await status())?.startTime).to.equal('2026-01-01T00:01:41Z');
    expect(await running()).to.have.length(1);
    await door().patch('pi', { spec: { suspend: true } });
    await pass(() => undefined);
    expect(await pods()).to.deep.equal([]);
    expect(await status()).not.to.have.property('failed');
    expect(await eventsOf(plane)).to.include.members(['Suspended Job suspended', 'Resumed Job resumed']);
  });

  it('follows parallelism up and down; what is taken back does not count as failed', async () => {
    await create({ completions: 10, parallelism: 4 });
    await pass(() => undefined);
    await door().patch('pi', { spec: { parallelism: 1 } });
    await pass(() => undefined);
    expect(await pods()).to.have.length(1);
    await door().patch('pi', { spec: { parallelism: 0 } });
    await pass(() => undefined);
    expect(await pods()).to.have.length(0);
    await door().patch('pi', { spec: { parallelism: 3 } });
    await pass(() => undefined);
    expect(await pods()).to.have.length(3);
    expect(await status()).not.to.have.property('failed');
  });

  it('counts a pod that somebody deletes as failed, and makes another', async () => {
    await create();
    await pass(() => undefined);
    const [pod] = (await pods()) as [Pod];
    await plane.client.of(Pods).in('default').delete(pod.metadata.name);
    for (let step = 0; step < 12; step += 1) await pass(() => undefined);
    expect((await status())?.failed).to.equal(1);
    expect(await running()).to.have.length(1);
  });

  it('counts a success that is deleted at once all the same', async () => {
    await create({ completions: 2 });
    const client = plane.client.of(Pods).in('default');
    // The controller does not get to see the end before the deletion.
    plane.faulty.lateness = 3000;
    await plane.clock.advance(4000);
    await runPods(plane);
    for (const pod of await pods()) await client.delete(pod.metadata.name, { gracePeriodSeconds: 0 });
    await plane.clock.advance(9000);
    await runPods(plane);
    await plane.clock.advance(9000);
    expect(await status()).to.include({ succeeded: 2 });
    expect(await conditionsOf(plane)).to.include('Complete CompletionsReached');
  });

  it('lets its pods go when it is deleted', async () => {
    await create({ parallelism: 2, completions: 2 });
    await pass(() => undefined);
    await door().delete('pi', { propagationPolicy: 'Background' });
    await plane.clock.advance(1);
    for (const pod of await pods()) expect(pod.metadata.finalizers ?? []).to.deep.equal([]);
  });

  it('is removed with its pods when its time to live is over', async () => {
    await create({ ttlSecondsAfterFinished: 30 });
    await pass();
    await plane.clock.advance(28_000);
    expect(await conditionsOf(plane)).to.include('Complete CompletionsReached');
    await plane.clock.advance(2000);
    // The garbage collector, which is not here, does the rest.
    expect((await jobOf(plane)).metadata.finalizers).to.deep.equal(['foregroundDeletion']);
  });
});
