import { expect } from 'chai';
import { timestamp } from '../../core/contracts/clock.ts';
import { EventRecorder } from '../../core/control/event-recorder.ts';
import { type CronJob, CronJobs } from '../../core/model/cron-job/cron-job.ts';
import { Events } from '../../core/model/event.ts';
import { Jobs } from '../../core/model/job/job.ts';
import { controllerOf, type Draft } from '../../core/model/meta.ts';
import { ApiError } from '../../core/model/status.ts';
import type { ControlPlane } from '../../core/testing/control-plane.ts';
import { describeController } from '../../core/testing/describe-controller.ts';
import { eachTestRuns } from '../running-controller.fixture.ts';
import { MemoryStore } from '../store-memory/memory-store.ts';
import { CronJobController } from './cron-job-controller.ts';

const cronJob = (spec: object = {}): Draft<CronJob> =>
  ({
    metadata: { name: 'tick', namespace: 'default' },
    spec: {
      schedule: '* * * * *',
      jobTemplate: {
        metadata: { labels: { app: 'tick' } },
        spec: { template: { spec: { restartPolicy: 'Never', containers: [{ name: 'tick', image: 'busybox' }] } } },
      },
      ...spec,
    },
  }) as unknown as Draft<CronJob>;

const makeController = ({ faulty: client, clock, random }: ControlPlane) =>
  new CronJobController({
    client,
    clock,
    recorder: new EventRecorder({ client, clock, random, component: 'cronjob-controller' }),
  });

const jobsOf = async ({ client }: ControlPlane) => (await client.of(Jobs).in('default').list()).items;

/** What the Job controller would say of every Job that runs. */
async function end(plane: ControlPlane, type: 'Complete' | 'Failed' = 'Complete'): Promise<void> {
  for (const { metadata, status } of await jobsOf(plane)) {
    if (status?.conditions) continue;
    const now = timestamp(plane.clock);
    const conditions = [{ type, status: 'True', lastTransitionTime: now }];
    const times = { startTime: now, ...(type === 'Complete' && { completionTime: now }) };
    const jobs = plane.client.of(Jobs).in('default');
    await jobs.status.patch(metadata.name, { status: { conditions, ...times } }, { type: 'merge' });
  }
}

describeController('cronjob', () => ({
  store: (clock) => new MemoryStore(clock),
  make: makeController,
  // One time of the five minutes that the suite waits, so that there is an end of it.
  begin: ({ client }) => client.of(CronJobs).create(cronJob({ schedule: '0 0 1 * *' })),
  others: async (plane) => {
    const door = plane.client.of(CronJobs).in('default');
    const { status } = await door.get('tick');
    // As if it had been made in December: the first of January is due.
    if (!status?.lastScheduleTime)
      await door.status.patch('tick', { status: { lastScheduleTime: '2025-12-01T00:00:00Z' } });
    await end(plane);
  },
  holds: async (plane) => {
    const jobs = await jobsOf(plane);
    expect(jobs.length, 'Jobs for one time').to.be.at.most(1);
    const { status } = await plane.client.of(CronJobs).in('default').get('tick');
    return (
      jobs.length === 1 &&
      status?.lastScheduleTime === '2026-01-01T00:00:00Z' &&
      status.active === undefined &&
      status.lastSuccessfulTime !== undefined
    );
  },
}));

describe('CronJob controller', () => {
  let plane: ControlPlane;
  eachTestRuns(makeController, (one) => {
    plane = one;
  });

  const door = () => plane.client.of(CronJobs).in('default');
  const create = (spec: object = {}) => door().create(cronJob(spec));
  const status = async () => (await door().get('tick')).status;
  const names = async () => (await jobsOf(plane)).map(({ metadata }) => metadata.name);
  const minutes = (count: number) => plane.clock.advance(count * 60_000);
  const events = async () =>
    (await plane.client.of(Events).in('default').list()).items.map(({ reason, message }) => `${reason} ${message}`);

  it('makes a Job a minute, named by the minute, and remembers it', async () => {
    const { metadata } = await create();
    await minutes(1);
    const [job] = await jobsOf(plane);
    expect(job?.metadata.name).to.equal('tick-29453761');
    expect(job?.metadata.labels).to.deep.equal({ app: 'tick' });
    expect(job?.metadata.annotations).to.deep.equal({
      'batch.kubernetes.io/cronjob-scheduled-timestamp': '2026-01-01T00:01:00Z',
    });
    expect(controllerOf(job!)?.uid).to.equal(metadata.uid);
    expect(await status()).to.deep.include({ lastScheduleTime: '2026-01-01T00:01:00Z' });
    expect((await status())?.active?.map(({ name }) => name)).to.deep.equal(['tick-29453761']);
    await end(plane);
    await plane.clock.advance(1000);
    expect(await status()).not.to.have.property('active');
    expect((await status())?.lastSuccessfulTime).to.equal('2026-01-01T00:01:00Z');
    await minutes(1);
    expect(await names()).to.deep.equal(['tick-29453761', 'tick-29453762']);
    expect(await events()).to.include.members([
      'SuccessfulCreate Created job tick-29453761',
      'SawCompletedJob Saw completed job: tick-29453761, condition: Complete',
    ]);
  });

  it('keeps three Jobs that succeeded and one that failed', async () => {
    await create();
    for (const type of ['Complete', 'Failed', 'Complete', 'Failed', 'Complete', 'Complete'] as const) {
      await minutes(1);
      await end(plane, type);
    }
    await plane.clock.advance(1000);
    expect(await names()).to.deep.equal([3, 4, 5, 6].map((minute) => `tick-2945376${minute}`));
    expect(await events()).to.include('SuccessfulDelete Deleted job tick-29453761');
  });

  it('Allow, Forbid, Replace', async () => {
    const outcomes: Record<string, string[]> = {};
    for (const concurrencyPolicy of ['Allow', 'Forbid', 'Replace']) {
      await create({ concurrencyPolicy });
      const first = Math.floor(plane.clock.now() / 60_000);
      await minutes(3);
      outcomes[concurrencyPolicy] = (await names()).map((name) => String(Number(name.split('-')[1]) - first));
      await door().delete('tick');
      await plane.client.of(Jobs).in('default').deleteCollection();
    }
    expect(outcomes).to.deep.equal({ Allow: ['1', '2', '3'], Forbid: ['1'], Replace: ['3'] });
    expect(await events()).to.include(
      'JobAlreadyActive Not starting job because prior execution is running and concurrency policy is Forbid',
    );
  });

  it('suspended, makes none; taken up again, it makes up for the last time only', async () => {
    await create({ suspend: true });
    await minutes(10);
    expect(await names()).to.deep.equal([]);
    await door().patch('tick', { spec: { suspend: false } });
    await plane.clock.advance(1000);
    expect(await names()).to.deep.equal(['tick-29453770']);
  });

  it('does not make up for what is too late', async () => {
    await create({ suspend: true, schedule: '0 * * * *', startingDeadlineSeconds: 30 });
    await minutes(61);
    await door().patch('tick', { spec: { suspend: false } });
    await plane.clock.advance(1000);
    expect(await names()).to.deep.equal([]);
    await minutes(59);
    expect(await names()).to.deep.equal(['tick-29453880']);
  });

  it('@every: so long after the last time, whatever happens in between', async () => {
    await create({ schedule: '@every 90m' });
    await minutes(60);
    await door().patch('tick', { metadata: { labels: { look: 'again' } } });
    await minutes(31);
    expect((await status())?.lastScheduleTime).to.equal('2026-01-01T01:30:00Z');
    await end(plane);
    await minutes(90);
    expect((await status())?.lastScheduleTime).to.equal('2026-01-01T03:00:00Z');
  });

  it('goes by the clock of its time zone', async () => {
    await create({ schedule: '0 9 * * *', timeZone: 'Asia/Tokyo' });
    await plane.clock.advance(24 * 3_600_000);
    expect((await status())?.lastScheduleTime).to.equal('2026-01-02T00:00:00Z');
    expect(await names()).to.have.length(1);
  });

  it('says when a Job cannot be made, and tries again', async () => {
    plane.faulty.before = ({ verb, resource }) => {
      if (verb === 'create' && resource.plural === 'jobs') throw new ApiError(403, 'Forbidden', 'no');
    };
    await create();
    await minutes(1);
    expect(await events()).to.include('FailedCreate Error creating job: no');
    plane.faulty.before = () => {};
    await plane.clock.advance(30_000);
    expect(await names()).to.deep.equal(['tick-29453761']);
  });
});
