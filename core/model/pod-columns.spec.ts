import { expect } from 'chai';
import type { ContainerStatus } from './container-status.ts';
import type { Pod } from './pod.ts';
import { Pods } from './pod.ts';
import type { PodStatus } from './pod-status.ts';
import { born, metadata, row } from './row.fixture.ts';

const container = (state: ContainerStatus['state'], rest: Partial<ContainerStatus> = {}): ContainerStatus => ({
  name: 'web',
  ready: false,
  restartCount: 0,
  image: 'nginx',
  imageID: '',
  ...(state && { state }),
  ...rest,
});

const running = { running: { startedAt: born } };

function pod(status: PodStatus, more: { metadata?: object; spec?: object } = {}): Pod {
  const spec = { containers: [{ name: 'web', image: 'nginx' }], ...more.spec };
  return { apiVersion: 'v1', kind: 'Pod', metadata: { ...metadata, ...more.metadata }, spec, status };
}

describe('columns of pods', () => {
  const crashed = { terminated: { exitCode: 1, reason: 'Error', finishedAt: '2026-01-01T00:04:12Z' } };
  const init = {
    spec: {
      initContainers: [
        { name: 'a', image: 'a' },
        { name: 'b', image: 'b' },
      ],
    },
  };
  const sidecar = { spec: { initContainers: [{ name: 'side', image: 'a', restartPolicy: 'Always' }] } };
  const done = { terminated: { exitCode: 0, reason: 'Completed' } };
  const ready = [{ type: 'Ready', status: 'True' }];
  const rows: [string, Pod][] = [
    ['web  0/1  Pending  0  5m12s', pod({ phase: 'Pending' })],
    [
      'web  0/1  SchedulingGated  0  5m12s',
      pod({ phase: 'Pending', conditions: [{ type: 'PodScheduled', status: 'False', reason: 'SchedulingGated' }] }),
    ],
    [
      'web  0/1  ContainerCreating  0  5m12s',
      pod({ phase: 'Pending', containerStatuses: [container({ waiting: { reason: 'ContainerCreating' } })] }),
    ],
    [
      'web  1/1  Running  0  5m12s',
      pod({ phase: 'Running', containerStatuses: [container(running, { ready: true })] }),
    ],
    ['web  0/1  Running  0  5m12s', pod({ phase: 'Running', containerStatuses: [container(running)] })],
    [
      'web  0/1  CrashLoopBackOff  3 (60s ago)  5m12s',
      pod({
        phase: 'Running',
        containerStatuses: [
          container({ waiting: { reason: 'CrashLoopBackOff' } }, { restartCount: 3, lastState: crashed }),
        ],
      }),
    ],
    [
      'web  0/1  ImagePullBackOff  0  5m12s',
      pod({ phase: 'Pending', containerStatuses: [container({ waiting: { reason: 'ImagePullBackOff' } })] }),
    ],
    ['web  0/1  Completed  0  5m12s', pod({ phase: 'Succeeded', containerStatuses: [container(done)] })],
    ['web  0/1  Error  0  5m12s', pod({ phase: 'Failed', containerStatuses: [container(crashed)] })],
    [
      'web  0/1  ExitCode:3  0  5m12s',
      pod({ phase: 'Failed', containerStatuses: [container({ terminated: { exitCode: 3 } })] }),
    ],
    [
      'web  0/1  Signal:9  0  5m12s',
      pod({ phase: 'Failed', containerStatuses: [container({ terminated: { exitCode: 137, signal: 9 } })] }),
    ],
    ['web  0/1  Evicted  0  5m12s', pod({ phase: 'Failed', reason: 'Evicted' })],
    [
      'web  0/1  Terminating  0  5m12s',
      pod({ phase: 'Running', containerStatuses: [container(running)] }, { metadata: { deletionTimestamp: born } }),
    ],
    [
      'web  0/1  Unknown  0  5m12s',
      pod({ phase: 'Running', reason: 'NodeLost' }, { metadata: { deletionTimestamp: born } }),
    ],
    ['web  0/1  NodeLost  0  5m12s', pod({ phase: 'Running', reason: 'NodeLost' })],
    [
      'web  0/1  Init:0/2  0  5m12s',
      pod(
        {
          phase: 'Pending',
          initContainerStatuses: [
            container(running, { name: 'a' }),
            container({ waiting: { reason: 'PodInitializing' } }, { name: 'b' }),
          ],
        },
        init,
      ),
    ],
    [
      'web  0/1  Init:1/2  0  5m12s',
      pod(
        {
          phase: 'Pending',
          initContainerStatuses: [container(done, { name: 'a' }), container(running, { name: 'b' })],
        },
        init,
      ),
    ],
    [
      'web  0/1  Init:Error  0  5m12s',
      pod({ phase: 'Pending', initContainerStatuses: [container(crashed, { name: 'a' })] }, init),
    ],
    [
      'web  0/1  Init:CrashLoopBackOff  2  5m12s',
      pod(
        {
          phase: 'Pending',
          initContainerStatuses: [
            container({ waiting: { reason: 'CrashLoopBackOff' } }, { name: 'a', restartCount: 2 }),
          ],
        },
        init,
      ),
    ],
    [
      'web  0/1  PodInitializing  0  5m12s',
      pod(
        {
          phase: 'Pending',
          initContainerStatuses: [container(done, { name: 'a' }), container(done, { name: 'b' })],
          containerStatuses: [container({ waiting: { reason: 'PodInitializing' } })],
        },
        init,
      ),
    ],
    [
      'web  2/2  Running  0  5m12s',
      pod(
        {
          phase: 'Running',
          initContainerStatuses: [container(running, { name: 'side', started: true, ready: true })],
          containerStatuses: [container(running, { ready: true })],
        },
        sidecar,
      ),
    ],
    [
      'web  1/1  Running  0  5m12s',
      pod({
        phase: 'Running',
        conditions: ready,
        containerStatuses: [container(done), container(running, { ready: true })],
      }),
    ],
    [
      'web  1/1  NotReady  0  5m12s',
      pod({ phase: 'Running', containerStatuses: [container(done), container(running, { ready: true })] }),
    ],
  ];
  for (const [wanted, object] of rows) it(wanted, () => expect(row(Pods, object)).to.equal(wanted));

  it('tell where a pod is, when asked for more', () => {
    const placed = pod({ phase: 'Running', podIP: '10.244.0.2' }, { spec: { nodeName: 'node-1' } });
    expect(row(Pods, placed, true)).to.equal('web  0/1  Running  0  5m12s  10.244.0.2  node-1  <none>  <none>');
    const gated = pod(
      { conditions: [{ type: 'a', status: 'True' }] },
      { spec: { readinessGates: [{ conditionType: 'a' }, { conditionType: 'b' }] } },
    );
    expect(row(Pods, gated, true)).to.match(/ {2}<none> {2}<none> {2}<none> {2}1\/2$/);
  });
});
