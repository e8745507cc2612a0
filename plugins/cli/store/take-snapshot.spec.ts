import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect } from 'chai';
import { RealClock } from '../../../core/time/real-clock.ts';
import { MemoryStore } from '../../store-memory/memory-store.ts';
import { readSnapshot } from './snapshot-file.ts';
import { storeHandlers } from './store-handlers.ts';
import { type AskForPage, takeSnapshot } from './take-snapshot.ts';

describe('a snapshot of a store that is compacted meanwhile', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'kubelab-snapshot-'));
  const file = path.join(folder, 'all.snapshot');
  const clock = new RealClock();
  const store = new MemoryStore(clock);
  const handler = storeHandlers(store, (milliseconds) => clock.sleep(milliseconds))['/store/snapshot'];
  before(async () => {
    for (let n = 0; n < 450; n += 1) await store.put(`/registry/configmaps/default/${n}`, { n });
  });
  after(async () => {
    await store.close();
    rmSync(folder, { recursive: true });
  });

  /** The store is written and compacted after so many of the first answers. */
  const overtaken = (times: number): AskForPage => {
    let left = times;
    return async (page) => {
      const answer = (await handler?.(page)) as Awaited<ReturnType<AskForPage>>;
      if (page.at === undefined && left > 0) {
        left -= 1;
        await store.put('/registry/configmaps/default/0', { left });
        await store.compact(await store.revision());
      }
      return answer;
    };
  };

  it('is begun again, and shows one revision', async () => {
    const { objects, revision } = await takeSnapshot(file, 'kubelab', overtaken(2));
    expect(objects).to.equal(450);
    expect(revision).to.equal(await store.revision());
    const { head, items } = await readSnapshot(file);
    expect(head.revision).to.equal(revision);
    expect(items.find(({ key }) => key.endsWith('/0'))?.value).to.deep.equal({ left: 0 });
  });

  it('is given up when it is overtaken again and again, and leaves no file', async () => {
    rmSync(file);
    const outcome = await takeSnapshot(file, 'kubelab', overtaken(99)).catch((error: Error) => error.message);
    expect(outcome).to.equal(
      `cannot write ${file}: the store was compacted while it was read, 5 times; take the snapshot when nobody compacts it`,
    );
    expect(existsSync(file)).to.equal(false);
  });
});
