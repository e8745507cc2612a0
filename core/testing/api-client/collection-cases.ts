// Lists: what is selected, page by page, as of which revision.

import { expect } from 'chai';
import { ConfigMaps } from '../../model/config-map.ts';
import { Pods } from '../../model/pod.ts';
import { configMap, pod, type Room, refused } from './room.ts';

export function collectionCases(room: Room): void {
  const names = (list: { readonly items: readonly { readonly metadata: { readonly name: string } }[] }): string[] =>
    list.items.map(({ metadata }) => metadata.name);

  const fill = async (...wanted: string[]) => {
    for (const [i, name] of wanted.entries()) {
      await room.configMaps.create(configMap(name, {}, { n: String(i), parity: i % 2 ? 'odd' : 'even' }));
    }
  };

  it('are of the kind, in order of names, with the revision they show', async () => {
    await fill('b', 'a', 'c');
    const list = await room.configMaps.list({ labelSelector: 'parity' });
    expect(list).to.deep.include({ apiVersion: 'v1', kind: 'ConfigMapList' });
    expect(names(list)).to.deep.equal(['a', 'b', 'c']);
    const newest = Math.max(...list.items.map(({ metadata }) => Number(metadata.resourceVersion)));
    expect(Number(list.metadata.resourceVersion)).to.be.at.least(newest);
  });

  it('select by labels: equal, unequal, in a set, there or not', async () => {
    await fill('a', 'b', 'c', 'd');
    const select = async (labelSelector: string) => names(await room.configMaps.list({ labelSelector }));
    expect(await select('parity=odd')).to.deep.equal(['b', 'd']);
    expect(await select('parity,parity!=odd')).to.deep.equal(['a', 'c']);
    expect(await select('n in (0, 3)')).to.deep.equal(['a', 'd']);
    expect(await select('n,n notin (0,3)')).to.deep.equal(['b', 'c']);
    expect(await select('none')).to.deep.equal([]);
    await refused(room.configMaps.list({ labelSelector: 'a=b=c' }), 400, 'BadRequest');
  });

  it('select by fields', async () => {
    const pods = room.client.of(Pods).in(room.namespace);
    await pods.create(pod('a', { nodeName: 'node-1' }));
    await pods.create(pod('b'));
    expect(names(await pods.list({ fieldSelector: 'spec.nodeName=node-1' }))).to.deep.equal(['a']);
    expect(names(await pods.list({ fieldSelector: 'spec.nodeName!=node-1' }))).to.deep.equal(['b']);
    expect(names(await pods.list({ fieldSelector: 'metadata.name=b,status.phase=Pending' }))).to.deep.equal(['b']);
    const error = await refused(pods.list({ fieldSelector: 'spec.none=1' }), 400, 'BadRequest');
    expect(error.message).to.contain('field label not supported: spec.none');
  });

  it('cover all namespaces when none is named', async () => {
    await fill('a');
    const all = await room.client.of(ConfigMaps).list({ fieldSelector: 'metadata.name=a', labelSelector: 'parity' });
    expect(all.items.map(({ metadata }) => metadata.namespace)).to.include(room.namespace);
  });

  it('come page by page as of one revision', async () => {
    await fill('a', 'b', 'c', 'd', 'e');
    await room.configMaps.delete('e');
    const first = await room.configMaps.list({ limit: 2, labelSelector: '' });
    const others = names(await room.configMaps.list()).length;
    expect(first.items).to.have.length(2);
    expect(first.metadata.remainingItemCount).to.equal(others - 2);
    await room.configMaps.delete('d');
    const rest: string[] = [];
    let token = first.metadata.continue;
    while (token) {
      const page = await room.configMaps.list({ limit: 1, continue: token });
      expect(page.metadata.resourceVersion).to.equal(first.metadata.resourceVersion);
      rest.push(...names(page));
      token = page.metadata.continue;
    }
    expect([...names(first), ...rest].filter((name) => name.length === 1)).to.deep.equal(['a', 'b', 'c', 'd']);
  });

  it('fill pages although a selector drops objects in between', async () => {
    await fill('a', 'b', 'c', 'd', 'e');
    const first = await room.configMaps.list({ limit: 2, labelSelector: 'parity=even' });
    expect(names(first)).to.deep.equal(['a', 'c']);
    expect(first.metadata.remainingItemCount).to.equal(undefined);
    const token = first.metadata.continue ?? '';
    expect(
      names(await room.configMaps.list({ limit: 2, labelSelector: 'parity=even', continue: token })),
    ).to.deep.equal(['e']);
  });

  it('refuse a continue token that is none', async () => {
    await refused(room.configMaps.list({ limit: 2, continue: 'nonsense' }), 400, 'BadRequest');
  });

  it('show the state at an exact revision', async () => {
    await fill('a');
    const { metadata } = await room.configMaps.list();
    await fill('b');
    const { resourceVersion } = metadata;
    const then = await room.configMaps.list({ resourceVersion, resourceVersionMatch: 'Exact', labelSelector: 'n' });
    expect(names(then)).to.deep.equal(['a']);
    const now = await room.configMaps.list({
      resourceVersion,
      resourceVersionMatch: 'NotOlderThan',
      labelSelector: 'n',
    });
    expect(names(now)).to.deep.equal(['a', 'b']);
  });

  it('refuse what does not go together', async () => {
    await refused(room.configMaps.list({ resourceVersionMatch: 'Exact' }), 422, 'Invalid');
    await refused(room.configMaps.list({ resourceVersionMatch: 'Exact', resourceVersion: '0' }), 422, 'Invalid');
  });
}
