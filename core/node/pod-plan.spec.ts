import { expect } from 'chai';
import type { ContainerState, ContainerStatus, SandboxStatus } from '../contracts/container-runtime.ts';
import type { Pod } from '../model/pod.ts';
import type { PodSpec } from '../model/pod-spec.ts';
import { type PodFacts, planPod, type Step } from './pod-plan.ts';
import { podRuntime } from './pod-runtime.ts';
import { podStatus } from './pod-status.ts';

const pod = (spec: Partial<PodSpec> = {}, status: Pod['status'] = undefined): Pod =>
  ({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'web', namespace: 'default', uid: 'u1', resourceVersion: '1', creationTimestamp: '' },
    spec: { containers: [{ name: 'web', image: 'nginx' }], ...spec },
    ...(status && { status }),
  }) as Pod;

const sandbox: SandboxStatus = {
  id: 's1',
  config: {
    namespace: 'default',
    name: 'web',
    uid: 'u1',
    attempt: 0,
    hostname: 'web',
    labels: {},
    annotations: {},
    hostNetwork: false,
    dnsSearches: [],
  },
  state: 'ready',
  createdAt: 0,
  address: '10.244.0.2',
};

const run = (
  name: string,
  state: ContainerState,
  more: Partial<ContainerStatus> = {},
  attempt = 0,
): ContainerStatus => ({
  id: `${name}-${attempt}`,
  sandboxId: 's1',
  config: {
    name,
    attempt,
    image: 'nginx',
    command: [],
    args: [],
    env: [],
    mounts: [],
    ports: [],
    labels: {},
    annotations: {},
    tty: false,
    stdin: false,
    limits: {},
  },
  state,
  createdAt: 0,
  startedAt: 0,
  imageId: 'nginx@1',
  ...(state === 'exited' && { exitCode: 0, finishedAt: 1_000 }),
  ...more,
});

const facts = (of: Pod, runs: readonly ContainerStatus[], more: Partial<PodFacts> = {}): PodFacts => ({
  pod: of,
  runtime: podRuntime(sandbox, runs, undefined),
  now: 5_000,
  blocked: new Map(),
  condemned: new Map(),
  stopping: new Set(),
  hasStarted: () => true,
  backOff: () => ({ remaining: 0, delay: 0 }),
  ...more,
});

const short = (step: Step): string => {
  if (step.do === 'start') return `start ${step.container.name} ${step.attempt}`;
  if (step.do === 'stop') return `stop ${step.run.id}: ${step.message}`;
  return step.do === 'run sandbox' ? `run sandbox ${step.attempt}` : `remove sandbox ${step.id}`;
};
const steps = (of: PodFacts): string[] => planPod(of).steps.map(short);
const failed = { exitCode: 1, finishedAt: 1_000 };

describe('planPod', () => {
  it('begins with a sandbox', () => {
    expect(steps(facts(pod(), [], { runtime: podRuntime(undefined, [], undefined) }))).to.deep.equal(['run sandbox 0']);
  });

  it('clears a dead sandbox away first', () => {
    const dead = podRuntime({ ...sandbox, state: 'not ready' }, [], undefined);
    expect(steps(facts(pod(), [], { runtime: dead }))).to.deep.equal(['remove sandbox s1']);
  });

  it('starts all containers, then has nothing to do', () => {
    const two = pod({
      containers: [
        { name: 'a', image: 'nginx' },
        { name: 'b', image: 'nginx' },
      ],
    });
    expect(steps(facts(two, []))).to.deep.equal(['start a 0', 'start b 0']);
    expect(steps(facts(two, [run('a', 'running'), run('b', 'running')]))).to.deep.equal([]);
  });

  for (const [restartPolicy, exitCode, expected] of [
    ['Always', 0, ['start web 1']],
    ['Always', 1, ['start web 1']],
    ['OnFailure', 1, ['start web 1']],
    ['OnFailure', 0, 'over'],
    ['Never', 0, 'over'],
    ['Never', 1, 'over'],
  ] as const) {
    it(`${restartPolicy}: what ended with ${exitCode} gives ${expected}`, () => {
      const plan = planPod(facts(pod({ restartPolicy }), [run('web', 'exited', { exitCode })]));
      expect(plan.over ? 'over' : plan.steps.map(short)).to.deep.equal(expected);
    });
  }

  it('waits for the back-off, and says when to look again', () => {
    const plan = planPod(
      facts(pod(), [run('web', 'exited', failed, 2)], { backOff: () => ({ remaining: 7_000, delay: 20_000 }) }),
    );
    expect(plan.steps).to.deep.equal([]);
    expect(plan.again).to.equal(12_000);
    expect(plan.waiting.get('web')).to.deep.equal({
      reason: 'CrashLoopBackOff',
      message: 'back-off 20s restarting failed container=web pod=web_default(u1)',
    });
  });

  it('stops what is condemned, once', () => {
    const condemned = new Map([['web-0', 'Container web failed liveness probe, will be restarted']]);
    const of = facts(pod(), [run('web', 'running')], { condemned });
    expect(steps(of)).to.deep.equal(['stop web-0: Container web failed liveness probe, will be restarted']);
    expect(steps({ ...of, stopping: new Set(['web-0']) })).to.deep.equal([]);
  });

  describe('init containers', () => {
    const init = (more: Partial<PodSpec> = {}) =>
      pod({
        initContainers: [
          { name: 'one', image: 'nginx' },
          { name: 'two', image: 'nginx' },
        ],
        ...more,
      });

    it('run one after the other', () => {
      expect(steps(facts(init(), []))).to.deep.equal(['start one 0']);
      expect(steps(facts(init(), [run('one', 'running')]))).to.deep.equal([]);
      expect(steps(facts(init(), [run('one', 'exited')]))).to.deep.equal(['start two 0']);
      expect(steps(facts(init(), [run('one', 'exited'), run('two', 'exited')]))).to.deep.equal(['start web 0']);
    });

    it('are tried again, or end the pod', () => {
      expect(steps(facts(init(), [run('one', 'exited', failed)]))).to.deep.equal(['start one 1']);
      expect(planPod(facts(init({ restartPolicy: 'Never' }), [run('one', 'exited', failed)])).over).to.deep.equal({});
    });

    it('are not run again once the pod has begun', () => {
      expect(steps(facts(init(), [run('web', 'exited')]))).to.deep.equal(['start web 1']);
    });

    it('that are sidecars need only have started', () => {
      const sidecar = pod({ initContainers: [{ name: 'proxy', image: 'nginx', restartPolicy: 'Always' }] });
      expect(steps(facts(sidecar, []))).to.deep.equal(['start proxy 0']);
      expect(steps(facts(sidecar, [run('proxy', 'running')], { hasStarted: () => false }))).to.deep.equal([]);
      expect(steps(facts(sidecar, [run('proxy', 'running')]))).to.deep.equal(['start web 0']);
      expect(steps(facts(sidecar, [run('proxy', 'exited'), run('web', 'running')]))).to.deep.equal(['start proxy 1']);
    });
  });

  it('ends a pod at its deadline, and looks again then', () => {
    const late = pod({ activeDeadlineSeconds: 5 }, { startTime: '1970-01-01T00:00:01Z' });
    expect(planPod(facts(late, [run('web', 'running')])).again).to.equal(6_000);
    expect(planPod(facts(late, [run('web', 'running')], { now: 6_000 })).over?.reason).to.equal('DeadlineExceeded');
  });
});

describe('podStatus', () => {
  const statusOf = (of: Pod, runs: readonly ContainerStatus[], over?: { reason?: string }) =>
    podStatus({
      pod: of,
      runtime: podRuntime(sandbox, runs, undefined),
      runtimeName: 'mock',
      waiting: new Map(),
      hasStarted: () => true,
      isReady: () => true,
      hostIP: '10.0.0.1',
      now: '2026-01-01T00:00:00Z',
      ...(over && { over }),
    });

  it('tells a running container and its last run', () => {
    const [status] =
      statusOf(pod(), [run('web', 'exited', failed), run('web', 'running', { startedAt: 2_000 }, 1)])
        .containerStatuses ?? [];
    expect(status).to.deep.equal({
      name: 'web',
      image: 'nginx',
      imageID: 'nginx@1',
      containerID: 'mock://web-1',
      restartCount: 1,
      ready: true,
      started: true,
      state: { running: { startedAt: '1970-01-01T00:00:02Z' } },
      lastState: {
        terminated: {
          exitCode: 1,
          reason: 'Error',
          startedAt: '1970-01-01T00:00:00Z',
          finishedAt: '1970-01-01T00:00:01Z',
          containerID: 'mock://web-0',
        },
      },
    });
  });

  it('keeps conditions of others, and times of what has not changed', () => {
    const before = statusOf(pod(), [run('web', 'running')]);
    const gate = { type: 'example.com/gate', status: 'False', lastTransitionTime: '2025-01-01T00:00:00Z' };
    const gated = pod(
      { readinessGates: [{ conditionType: gate.type }] },
      { ...before, conditions: [gate, ...(before.conditions ?? [])] },
    );
    const { conditions = [] } = statusOf(gated, [run('web', 'running')]);
    expect(conditions[0]).to.equal(gate);
    expect(conditions.find(({ type }) => type === 'Ready')).to.include({
      status: 'False',
      reason: 'ReadinessGatesNotReady',
      message: 'the status of pod readiness gate "example.com/gate" is not "True", but False',
    });
    expect(conditions.find(({ type }) => type === 'ContainersReady')?.lastTransitionTime).to.equal(
      '2026-01-01T00:00:00Z',
    );
  });

  for (const [restartPolicy, exitCodes, over, phase] of [
    ['Always', [0], false, 'Running'],
    ['OnFailure', [1], false, 'Running'],
    ['OnFailure', [0], false, 'Succeeded'],
    ['Never', [0, 1], false, 'Failed'],
    ['Always', [0, 137], true, 'Failed'],
    ['Always', [0, 0], true, 'Succeeded'],
  ] as const) {
    it(`${restartPolicy}, ended with ${exitCodes}${over ? ', for good' : ''}: ${phase}`, () => {
      const containers = exitCodes.map((_, index) => ({ name: `c${index}`, image: 'nginx' }));
      const runs = exitCodes.map((exitCode, index) => run(`c${index}`, 'exited', { exitCode }));
      expect(statusOf(pod({ restartPolicy, containers }), runs, over ? {} : undefined).phase).to.equal(phase);
    });
  }
});
