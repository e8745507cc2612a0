// Watchers that do not keep up: nobody's memory fills with what they do not read, and they lose nothing by being slow.

import type { IncomingMessage } from 'node:http';
import { expect } from 'chai';
import { ConfigMaps } from '../../core/model/index.ts';
import { linesOf, TestFace } from './test-face.ts';

const path = '/api/v1/configmaps';
const large = 'x'.repeat(500_000);

interface Seen {
  readonly type: string;
  readonly object: {
    readonly kind: string;
    readonly code?: number;
    readonly reason?: string;
    readonly metadata: { readonly name: string; readonly resourceVersion: string; readonly annotations?: object };
  };
}

describe('slow watchers', () => {
  let world: TestFace;

  beforeEach(async () => {
    world = await new TestFace().start();
  });
  afterEach(() => world.stop());

  const create = (name: string) =>
    world.client.of(ConfigMaps).in('default').create({ metadata: { name }, data: { large } });

  const names = (count: number) =>
    Array.from({ length: count }, (_, index) => `many-${String(index).padStart(3, '0')}`);

  /** All that comes until the server ends the answer in good order; every line is whole. */
  async function rest(response: IncomingMessage): Promise<Seen[]> {
    const seen: Seen[] = [];
    for await (const line of linesOf(response)) seen.push(JSON.parse(line));
    expect(response.complete, 'the answer ends as an answer does').to.equal(true);
    return seen;
  }

  it('are ended when too much waits for them, and go on from where they were', async () => {
    const slow = await world.open(`${path}?watch=1&resourceVersion=${await world.store.revision()}`);
    slow.pause();
    const all = names(80);
    for (const name of all) await create(name);
    const first = await rest(slow);
    expect(first.length).to.be.within(1, all.length - 1);
    expect(first.every(({ type }) => type === 'ADDED')).to.equal(true);
    const after = first.at(-1)?.object.metadata.resourceVersion;
    const second: Seen[] = [];
    for await (const line of linesOf(await world.open(`${path}?watch=1&resourceVersion=${after}`))) {
      second.push(JSON.parse(line));
      if (first.length + second.length === all.length) break;
    }
    expect([...first, ...second].map(({ object }) => object.metadata.name)).to.deep.equal(all);
  });

  it('get a list of what there is as fast as they read it, however long it is', async () => {
    const all = names(60);
    for (const name of all) await create(name);
    const query = 'watch=1&sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true';
    for (const begin of ['watch=1', query]) {
      const slow = await world.open(`${path}?${begin}`);
      slow.pause();
      // Long enough to fill whatever lies between server and client.
      await world.clock.sleep(200);
      const seen: Seen[] = [];
      await create('later');
      for await (const line of linesOf(slow)) {
        seen.push(JSON.parse(line));
        if (seen.at(-1)?.object.metadata.name === 'later') break;
      }
      const added = seen.filter(({ type }) => type === 'ADDED').map(({ object }) => object.metadata.name);
      expect(added).to.deep.equal([...all, 'later']);
      const marks = seen.filter(({ type }) => type === 'BOOKMARK').map(({ object }) => object.metadata.annotations);
      expect(marks).to.deep.equal(begin === query ? [{ 'k8s.io/initial-events-end': 'true' }] : []);
      await world.client.of(ConfigMaps).in('default').delete('later');
    }
  });

  it('hear that their revision is gone, and leave nothing behind when they go', async () => {
    const old = await world.store.revision();
    for (const name of names(3)) await create(name);
    await world.store.compact(await world.store.revision());
    const { code, json } = await world.ask(`${path}?watch=1&resourceVersion=${old}`);
    expect([code, json.reason]).to.deep.equal([410, 'Expired']);
    expect(json.message).to.match(/^too old resource version: \d+ \(\d+\)$/);
    const open = world.store.watchers;
    const watches = await Promise.all(names(5).map(() => world.open(`${path}?watch=1`)));
    for (const watch of watches) watch.destroy();
    await world.clock.sleep(50);
    expect(world.store.watchers).to.be.at.most(open + 1);
  });
});
