// Schedulers that do what a scheduler must not, as a student might write them: each in a file of its own, outside the clone.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

/** @param place body of place(pod, cluster) */
const scheduler = (
  place: string,
): string => `import { type ClusterView, type Placement, type Pod, plugin, Scheduler } from 'kubelab';

class Mine implements Scheduler {
  readonly name = 'mine';
  readonly retryOn = ['NodeAdded'] as const;
  place(pod: Pod, cluster: ClusterView): Placement {
    ${place}
  }
}

export default plugin({
  name: 'scheduler-mine',
  description: 'mine',
  provides: [Scheduler],
  bind: ({ bind }) => {
    bind(Scheduler).toResolvedValue(() => new Mine());
  },
});
`;

/** Line 7 is the first of \`place\`. */
const files = {
  'first.ts': scheduler(
    'return { node: cluster.nodes[Number(pod.metadata.name.split("-").at(-1)) % cluster.nodes.length]!.name };',
  ),
  'throws.ts': scheduler(
    'throw new Error("no idea where to put " + pod.metadata.name + " among " + cluster.nodes.length);',
  ),
  'hangs.ts': scheduler('for (let turn = 0; ; turn += 1) if (turn < 0) return { node: cluster.nodes[0]!.name };'),
  'unknown-node.ts': scheduler('return { node: cluster.nodes[0]!.name + "-" + pod.metadata.name };'),
  'wrong-shape.ts': scheduler('return { target: cluster.nodes[0]!.name, pod } as never;'),
  'marks-pod.ts': scheduler(
    '(pod.spec as { nodeName?: string }).nodeName = cluster.nodes[0]!.name; return { node: cluster.nodes[0]!.name };',
  ),
  'writes-columns.ts': scheduler(
    'cluster.columns.requestedCpu[0]! += 100; return { node: cluster.nodes[pod.metadata.name.length % 2]!.name };',
  ),
  'exits.ts': scheduler('process.exit(7);'),
  'does-not-compile.ts': 'export default plugin({ name: ',
  'no-plugin.ts': "export const scheduler = 'mine';\n",
  'a-store.ts': `import { plugin, Store } from 'kubelab';
export default plugin({ name: 'store-mine', description: 'mine', provides: [Store], bind: ({ bind }) => { bind(Store).toConstantValue({} as never); } });
`,
} as const;

export class FaultyFiles {
  readonly folder = mkdtempSync(path.join(tmpdir(), 'kubelab bench '));

  constructor() {
    for (const [name, text] of Object.entries(files)) writeFileSync(path.join(this.folder, name), text);
  }

  path(name: keyof typeof files): string {
    return path.join(this.folder, name);
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
