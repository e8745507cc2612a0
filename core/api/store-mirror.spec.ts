import { expect } from 'chai';
import { Subject } from 'rxjs';
import type { Page, StoreEvent } from '../contracts/store.ts';
import { type ConfigMap, ConfigMaps } from '../model/config-map.ts';
import { StoreMirror } from './store-mirror.ts';

describe('StoreMirror', () => {
  it('follows the store, and begins anew when its watch has ended', async () => {
    const named = (name: string) => ({ metadata: { name } }) as ConfigMap;
    let items: ConfigMap[] = [named('a')];
    let events = new Subject<StoreEvent>();
    const stored = (value: object) => ({ key: '', value, createRevision: 1, modRevision: 1, version: 1 });
    const store = {
      list: async (): Promise<Page> => ({ items: items.map(stored), revision: 1, more: false }),
      watch: () => events,
    };
    const told: string[] = [];
    const mirror = new StoreMirror<ConfigMap>(store, ConfigMaps, {
      changed: (now, before) => told.push(`${before?.metadata.name ?? '-'} > ${now?.metadata.name ?? '-'}`),
      cleared: () => told.push('cleared'),
    });
    await mirror.ready();
    expect(mirror.ready()).to.equal(undefined);
    events.next({ type: 'put', revision: 2, stored: stored(named('b')), previous: undefined });
    events.next({ type: 'progress', revision: 3 });
    events.next({ type: 'delete', revision: 4, key: '', previous: stored(named('a')) });
    items = [named('b')];
    const former = events;
    events = new Subject();
    former.error(new Error('compacted'));
    await mirror.ready();
    expect(told).to.deep.equal(['- > a', '- > b', 'a > -', 'cleared', '- > b']);
  });
});
