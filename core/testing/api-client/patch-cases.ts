// Patches: JSON patch, merge patch, strategic merge patch.

import { expect } from 'chai';
import { Components } from '../../model/component.ts';
import { Pods } from '../../model/pod.ts';
import { configMap, pod, type Room, refused } from './room.ts';

export function patchCases(room: Room): void {
  it('merge: sets, replaces lists, takes away by null', async () => {
    await room.configMaps.create(configMap('web', { a: '1', b: '2' }));
    const patched = await room.configMaps.patch('web', { data: { a: null, c: '3' } });
    expect(patched.data).to.deep.equal({ b: '2', c: '3' });
  });

  it('json: test, add, replace, remove', async () => {
    await room.configMaps.create(configMap('web', { a: '1', b: '2' }));
    const operations = [
      { op: 'test', path: '/data/a', value: '1' },
      { op: 'replace', path: '/data/a', value: '9' },
      { op: 'remove', path: '/data/b' },
      { op: 'add', path: '/data/c', value: '3' },
      { op: 'add', path: '/metadata/annotations', value: { 'x.io/y': '1' } },
      { op: 'replace', path: '/metadata/annotations/x.io~1y', value: '2' },
    ];
    const patched = await room.configMaps.patch('web', operations, { type: 'json' });
    expect(patched.data).to.deep.equal({ a: '9', c: '3' });
    expect(patched.metadata.annotations).to.deep.equal({ 'x.io/y': '2' });
  });

  it('json: refuses a test that fails and paths that are not there, and changes nothing', async () => {
    const created = await room.configMaps.create(configMap('web', { a: '1' }));
    const failing = [
      { op: 'add', path: '/data/b', value: '2' },
      { op: 'test', path: '/data/a', value: '2' },
    ];
    await refused(room.configMaps.patch('web', failing, { type: 'json' }), 422, 'Invalid');
    for (const path of ['/data/none', '/data/constructor/keys', '/data/toString/x', '/none/x']) {
      const patch = [{ op: 'replace', path, value: 'x' }];
      await refused(room.configMaps.patch('web', patch, { type: 'json' }), 422, 'Invalid');
    }
    await refused(room.configMaps.patch('web', { op: 'add' }, { type: 'json' }), 400, 'BadRequest');
    expect(await room.configMaps.get('web')).to.deep.equal(created);
  });

  it('strategic: merges lists by their keys, and puts items in order', async () => {
    const pods = room.client.of(Pods).in(room.namespace);
    await pods.create(
      pod('web', {
        containers: [
          { name: 'a', image: 'x' },
          { name: 'b', image: 'y' },
        ] as never,
      }),
    );
    const patch = { spec: { containers: [{ name: 'b', image: 'z' }] } };
    const patched = await pods.patch('web', patch, { type: 'strategic' });
    expect(patched.spec.containers.map(({ name, image }) => `${name}=${image}`)).to.deep.equal(['a=x', 'b=z']);
  });

  it('strategic: takes texts out of a list, replaces an object when told', async () => {
    await room.configMaps.create({
      ...configMap('web', { a: '1' }),
      metadata: { name: 'web', finalizers: ['x.io/a', 'x.io/b'] },
    });
    const one = await room.configMaps.patch(
      'web',
      { metadata: { '$deleteFromPrimitiveList/finalizers': ['x.io/a'] }, data: { $patch: 'replace', b: '2' } },
      { type: 'strategic' },
    );
    expect(one.metadata.finalizers).to.deep.equal(['x.io/b']);
    expect(one.data).to.deep.equal({ b: '2' });
    await room.configMaps.patch('web', { metadata: { finalizers: null } });
  });

  it('strategic: for our own kinds too', async () => {
    const { metadata } = await room.client.of(Components).create({
      metadata: { generateName: 'suite-' },
      spec: { slot: 'Store', plugin: 'store-memory', options: { a: 1 } },
    } as never);
    try {
      const components = room.client.of(Components);
      const patch = { metadata: { labels: { a: 'b' } }, spec: { options: { $patch: 'replace', b: 1 } } };
      const patched = await components.patch(metadata.name, patch, { type: 'strategic' });
      expect(patched.metadata.labels).to.deep.equal({ a: 'b' });
      expect(patched.spec).to.deep.equal({ slot: 'Store', plugin: 'store-memory', options: { b: 1 } });
    } finally {
      await room.client.of(Components).delete(metadata.name);
    }
  });

  it('is made again when somebody else was faster', async () => {
    await room.configMaps.create(configMap('web'));
    await Promise.all([1, 2, 3].map((n) => room.configMaps.patch('web', { data: { [`key-${n}`]: 'x' } })));
    expect(Object.keys((await room.configMaps.get('web')).data ?? {})).to.have.length(3);
  });

  it('is refused when it says which version it means and that is gone', async () => {
    const first = await room.configMaps.create(configMap('web'));
    await room.configMaps.patch('web', { data: { a: '1' } });
    const { resourceVersion } = first.metadata;
    await refused(room.configMaps.patch('web', { metadata: { resourceVersion }, data: { a: '2' } }), 409, 'Conflict');
  });

  it('does not change who an object is', async () => {
    await room.configMaps.create(configMap('web'));
    await refused(room.configMaps.patch('web', { metadata: { name: 'other' } }), 400, 'BadRequest');
    await refused(room.configMaps.patch('web', { metadata: { uid: 'other' } }), 409, 'Conflict');
    const changed = room.configMaps.patch('web', { metadata: { creationTimestamp: '2020-01-01T00:00:00Z' } });
    await refused(changed, 422, 'Invalid');
    await refused(room.configMaps.patch('none', {}), 404, 'NotFound');
  });
}
