// Take snapshot: asks a running cluster's store page by page for all that it holds at one revision, into a file.
// The store goes on meanwhile, and may be compacted past that revision: then the snapshot is begun again at a later one.

import { EnvironmentError } from '../exit.ts';
import { writeSnapshot } from './snapshot-file.ts';
import type { SnapshotAnswer } from './store-handlers.ts';

/** A cluster compacts every five minutes; to be overtaken so often, somebody has to compact all the time. */
const attempts = 5;

/** Gives pages of the store: the first one unless told after which key, as of now unless told at which revision. */
export type AskForPage = (page: { readonly at?: number; readonly after?: string }) => Promise<SnapshotAnswer>;

/** @throws EnvironmentError when the file cannot be written, or the store was compacted again and again */
export async function takeSnapshot(
  file: string,
  cluster: string,
  ask: AskForPage,
): Promise<{ readonly objects: number; readonly revision: number }> {
  for (let left = attempts; ; left -= 1) {
    const first = await ask({});
    const { revision } = first;
    try {
      return { objects: await writeSnapshot(file, { cluster, revision }, everything(first, ask)), revision };
    } catch (error) {
      if (!/revision \d+ is compacted/.test((error as Error).message)) throw error;
      if (left <= 1) {
        const why = `the store was compacted while it was read, ${attempts} times`;
        throw new EnvironmentError(`cannot write ${file}: ${why}; take the snapshot when nobody compacts it`);
      }
    }
  }
}

async function* everything(first: SnapshotAnswer, ask: AskForPage): AsyncGenerator<SnapshotAnswer['items'][number]> {
  const { revision: at } = first;
  for (let page = first; ; ) {
    yield* page.items;
    if (page.after === undefined) return;
    page = await ask({ at, after: page.after });
  }
}
