// RuntimePods: pods of one container each, started so many at a time. A pod takes from the call for its sandbox to the
// moment at which its container is seen running.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { given } from '../../../../../core/cluster/container.ts';
import { ClusterSetting, NodeSetting } from '../../../../../core/cluster/setting.ts';
import { nodeSetting, Settings } from '../../../../../core/cluster/settings.ts';
import { ContainerRuntime, nothingSaid } from '../../../../../core/contracts/container-runtime.ts';
import { nextTurn } from '../../../../../core/time/turn.ts';
import { peakMemory } from '../../scheduler/measures.ts';
import { type Round, type RunOutcome, type Trial, VariantFault } from '../../trial.ts';
import { memoryMeasure, Pace, paceMeasures } from '../pace.ts';

const image = 'kubelab/sleep';

interface PodsOf {
  readonly pods: number;
  readonly atOnce: number;
  readonly labels: readonly string[];
}

export const podsTrial = (of: PodsOf): Trial => ({
  name: `RuntimePods/${of.pods}Pods`,
  description: `${of.pods} pods of one container are started, ${of.atOnce} at a time, and ended`,
  subject: 'runtime',
  labels: of.labels,
  levels: ['alone'],
  measures: () => [
    ...paceMeasures('pods started', 'pods/s', 'from nothing to running').map((measure) =>
      measure.name === 'processor' ? { ...measure, title: 'processor time of Kubelab for a pod' } : measure,
    ),
    { name: 'ended', title: 'pods ended, average', unit: 'pods/s', better: 'higher' },
    { name: 'podMemory', title: 'memory of a pod’s processes', unit: 'MiB', better: 'lower' },
    { ...memoryMeasure, title: 'memory of Kubelab at most' },
  ],
  run: (round) => run(of, round),
});

async function run({ pods, atOnce }: PodsOf, round: Round): Promise<RunOutcome> {
  const folder = mkdtempSync(path.join(tmpdir(), 'kubelab-bench-'));
  const setting = new Settings('bench', folder);
  // A node of the whole range: more than 254 pods fit.
  const node = { ...nodeSetting({ name: 'node-1' }, 0), podCIDR: setting.podCIDR };
  const runtime = round.build(ContainerRuntime, given(ClusterSetting, setting), given(NodeSetting, node));
  const sandboxes: string[] = [];
  const running = runningOf(runtime);
  try {
    const pace = new Pace();
    await inTurn(pods, atOnce, (at) =>
      pace.time(async () => {
        const sandbox = await runtime.runSandbox(sandboxOf(`pod-${at}`));
        sandboxes.push(sandbox.id);
        await runtime.pullImage(image, 'IfNotPresent', { sandboxId: sandbox.id, container: 'main' });
        const config = { name: 'main', attempt: 0, image, ...nothingSaid };
        const id = await runtime.createContainer(sandbox.id, config);
        await runtime.startContainer(id);
        await running.seen(id);
      }),
    );
    pace.stop();
    const stats = await runtime.stats();
    const used = stats.reduce((sum, { memoryBytes }) => sum + memoryBytes, 0) / 2 ** 20 / pods;
    const from = performance.now();
    await inTurn(pods, atOnce, async (at) => {
      await runtime.stopSandbox(sandboxes[at]!);
      await runtime.removeSandbox(sandboxes[at]!);
    });
    const ended = (pods / (performance.now() - from)) * 1000;
    const left = (await runtime.listContainers()).length;
    if (left > 0) throw new VariantFault('nonsense', `${left} containers are left of pods that were removed`);
    const values = { ...pace.values(), ended, podMemory: used, memory: peakMemory() };
    return { values, series: pace.series('pods/s') };
  } finally {
    running.stop();
    await runtime.close();
    await setting.end();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Waits for containers to run. */
function runningOf(runtime: ContainerRuntime) {
  const waiting = new Map<string, () => void>();
  const changes = runtime.changes().subscribe(({ containerId }) => waiting.get(containerId ?? '')?.());
  return {
    async seen(id: string): Promise<void> {
      for (;;) {
        const changed = new Promise<void>((resolve) => waiting.set(id, resolve));
        const status = await runtime.containerStatus(id);
        if (status?.state === 'running') break;
        if (status?.state === 'exited')
          throw new VariantFault('nonsense', `a container of ${image} has ended: ${status.reason} ${status.message}`);
        await changed;
      }
      waiting.delete(id);
    },
    stop: () => changes.unsubscribe(),
  };
}

/** Does it for 0 to `count` - 1, so many at a time. */
async function inTurn(count: number, atOnce: number, work: (at: number) => Promise<void>): Promise<void> {
  let next = 0;
  const worker = async () => {
    while (next < count) {
      next += 1;
      await work(next - 1);
      await nextTurn();
    }
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
}

const sandboxOf = (name: string) => ({
  namespace: 'default',
  name,
  uid: `uid-of-${name}`,
  attempt: 0,
  hostname: name,
  labels: {},
  annotations: {},
  hostNetwork: false,
  dnsSearches: ['default.svc.cluster.local', 'svc.cluster.local', 'cluster.local'],
});
