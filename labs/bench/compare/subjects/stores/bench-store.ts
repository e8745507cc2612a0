// Bench store: the store under test, with a folder of its own, and objects to put into it.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { given } from '../../../../../core/cluster/container.ts';
import { ClusterSetting } from '../../../../../core/cluster/setting.ts';
import { Settings } from '../../../../../core/cluster/settings.ts';
import { Store } from '../../../../../core/contracts/store.ts';
import { benchPod } from '../../../pods.ts';
import { type Round, VariantFault } from '../../trial.ts';

export interface BenchStore {
  readonly store: Store;
  /** Closes it, and takes its folder away. */
  end(): Promise<void>;
}

export async function benchStore(round: Round): Promise<BenchStore> {
  const folder = mkdtempSync(path.join(tmpdir(), 'kubelab-bench-'));
  const setting = new Settings('bench', folder, folder);
  const store = round.build(Store, given(ClusterSetting, setting));
  await warmUp(store);
  return {
    store,
    async end() {
      await store.close();
      await setting.end();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Writes elsewhere, that do not count: the engine compiles what is called often. */
async function warmUp(store: Store): Promise<void> {
  for (const [at, value] of makeObjects(1000).entries()) {
    const { key, modRevision } = await store.put(`/warm-up/${at}`, value, { expect: 0 });
    await store.put(key, value, { expect: modRevision });
  }
}

export const keyOf = (at: number): string => `/registry/pods/default/pod-${String(at).padStart(7, '0')}`;

/** Pods as a cluster keeps them; the spec is the same one, as that of a ReplicaSet's pods. */
export function makeObjects(many: number): readonly object[] {
  const { spec, ...draft } = benchPod('pod') as { spec?: object; metadata: object };
  return Array.from({ length: many }, (_, at) => ({
    ...draft,
    metadata: { ...draft.metadata, name: `pod-${at}`, namespace: 'default', uid: `uid-${at}` },
    spec,
  }));
}

/** @throws VariantFault with what was asked and what came */
export function must(condition: boolean, message: string): asserts condition {
  if (!condition) throw new VariantFault('nonsense', message);
}
