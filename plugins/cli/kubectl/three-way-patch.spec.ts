// What `apply` sends, and what becomes of the object when the server carries it out.

import { expect } from 'chai';
import { strategicMergePatch } from '../../../core/api/patches/strategic-merge-patch.ts';
import { schemaOf } from '../../../core/model/schema.ts';
import type { JsonRecord } from './records.ts';
import { threeWayPatch } from './three-way-patch.ts';

const deployment = schemaOf('apps', 'v1', 'Deployment');
const pod = schemaOf('', 'v1', 'Pod');

const containers = (...list: object[]) => ({ spec: { containers: list } });

describe('three-way patch', () => {
  const patched = (last: JsonRecord, wanted: JsonRecord, live: JsonRecord, schema = pod) =>
    strategicMergePatch(live, threeWayPatch(last, wanted, live, schema), schema);

  it('is empty when the live object is as wanted, whatever else it has', () => {
    const wanted = containers({ name: 'a', image: '1' });
    const live = { ...containers({ name: 'a', image: '1', tty: false }, { name: 'side' }), status: {} };
    expect(threeWayPatch(wanted, wanted, live, pod)).to.deep.equal({});
  });

  it('changes one item of a list by its key, and leaves those of others', () => {
    const live = containers({ name: 'a', image: '1', tty: true }, { name: 'injected', image: 'x' });
    const wanted = containers({ name: 'a', image: '2' });
    expect(threeWayPatch(containers({ name: 'a', image: '1' }), wanted, live, pod)).to.deep.equal({
      spec: { '$setElementOrder/containers': [{ name: 'a' }], containers: [{ name: 'a', image: '2' }] },
    });
    expect(patched(containers({ name: 'a', image: '1' }), wanted, live)).to.deep.equal(
      containers({ name: 'a', image: '2', tty: true }, { name: 'injected', image: 'x' }),
    );
  });

  it('takes away what was applied before and is wanted no more', () => {
    const last = { metadata: { labels: { a: '1', b: '2' } }, ...containers({ name: 'a' }, { name: 'b', tty: true }) };
    const live = {
      metadata: { labels: { a: '1', b: '2', c: '3' } },
      ...containers({ name: 'a' }, { name: 'b', tty: true }),
    };
    const wanted = { metadata: { labels: { a: '1' } }, ...containers({ name: 'a' }) };
    expect(patched(last, wanted, live)).to.deep.equal({
      metadata: { labels: { a: '1', c: '3' } },
      ...containers({ name: 'a' }),
    });
  });

  it('puts back what somebody else has changed', () => {
    const wanted = { spec: { replicas: 3 } };
    expect(threeWayPatch(wanted, wanted, { spec: { replicas: 5 } }, deployment)).to.deep.equal(wanted);
  });

  it('keeps only the wanted keys where a union changes its kind', () => {
    const live = { spec: { strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: '25%' } } } };
    const wanted = { spec: { strategy: { type: 'Recreate' } } };
    expect(patched({ spec: {} }, wanted, live, deployment)).to.deep.equal(wanted);
  });

  it('merges lists of texts, and replaces lists that no key tells apart', () => {
    const live = { metadata: { finalizers: ['x', 'y'] }, ...containers({ name: 'a', args: ['1', '2'] }) };
    const last = { metadata: { finalizers: ['x'] }, ...containers({ name: 'a', args: ['1', '2'] }) };
    const wanted = { metadata: { finalizers: ['z'] }, ...containers({ name: 'a', args: ['3'] }) };
    const result = patched(last, wanted, live) as typeof live;
    expect(result.metadata.finalizers).to.have.members(['y', 'z']);
    expect(result.spec).to.deep.equal({ containers: [{ name: 'a', args: ['3'] }] });
  });

  it('without a schema replaces lists whole', () => {
    const live = { spec: { list: [{ name: 'a', x: 1 }], kept: true } };
    expect(threeWayPatch({}, { spec: { list: [{ name: 'a' }] } }, live)).to.deep.equal({
      spec: { list: [{ name: 'a' }] },
    });
  });

  it('treats every key as data', () => {
    const wanted = JSON.parse('{"data":{"__proto__":"a","constructor":"b"}}');
    const patch = threeWayPatch({}, wanted, { data: {} });
    expect(JSON.stringify(patch)).to.equal('{"data":{"__proto__":"a","constructor":"b"}}');
  });
});
