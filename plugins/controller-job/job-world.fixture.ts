// A world for the specs of Jobs: the controller under test, and a kubelet that ends pods as it is told.

import { timestamp } from '../../core/contracts/clock.ts';
import { EventRecorder } from '../../core/control/event-recorder.ts';
import { Events } from '../../core/model/event.ts';
import { type Job, Jobs } from '../../core/model/job/job.ts';
import type { Draft } from '../../core/model/meta.ts';
import { type Pod, Pods } from '../../core/model/pod.ts';
import type { ControlPlane } from '../../core/testing/control-plane.ts';
import { JobController } from './job-controller.ts';

export const job = (spec: object = {}, pod: object = {}): Draft<Job> =>
  ({
    metadata: { name: 'pi', namespace: 'default' },
    spec: {
      template: { spec: { restartPolicy: 'Never', containers: [{ name: 'pi', image: 'perl' }], ...pod } },
      ...spec,
    },
  }) as Draft<Job>;

export const makeController = ({ faulty: client, clock, random }: ControlPlane) =>
  new JobController({
    client,
    clock,
    recorder: new EventRecorder({ client, clock, random, component: 'job-controller' }),
  });

export const podsOf = async ({ client }: ControlPlane) => (await client.of(Pods).in('default').list()).items;

/** What the kubelet makes of a pod; undefined: it goes on running. */
export type Fate = (pod: Pod) => 'Succeeded' | 'Failed' | undefined;

/** Every pod runs, or ends as its fate is; what is marked goes. */
export async function runPods(plane: ControlPlane, fate: Fate = () => 'Succeeded'): Promise<void> {
  const pods = plane.client.of(Pods).in('default');
  for (const pod of await podsOf(plane)) {
    const { name, deletionTimestamp, deletionGracePeriodSeconds } = pod.metadata;
    if (deletionTimestamp !== undefined) {
      if (deletionGracePeriodSeconds) await pods.delete(name, { gracePeriodSeconds: 0 });
      continue;
    }
    if (!pod.spec.nodeName) await pods.post(name, 'binding', { target: { kind: 'Node', name: 'node-1' } });
    const { phase = 'Pending' } = pod.status ?? {};
    if (phase === 'Succeeded' || phase === 'Failed') continue;
    const next = fate(pod) ?? 'Running';
    if (next === phase) continue;
    const lastTransitionTime = timestamp(plane.clock);
    const conditions = [{ type: 'Ready', status: next === 'Running' ? 'True' : 'False', lastTransitionTime }];
    await pods.status.patch(name, { status: { phase: next, conditions } }, { type: 'merge' });
  }
}

export const jobOf = ({ client }: ControlPlane) => client.of(Jobs).in('default').get('pi');

/** `Complete CompletionsReached` for each condition that holds. */
export const conditionsOf = async (plane: ControlPlane) =>
  ((await jobOf(plane)).status?.conditions ?? []).flatMap(({ type, status, reason }) =>
    status === 'True' ? [`${type} ${reason}`] : [],
  );

export const eventsOf = async ({ client }: ControlPlane) =>
  (await client.of(Events).in('default').list()).items.map(({ reason, message }) => `${reason} ${message}`);
