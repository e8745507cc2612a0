// Strategic merge patch, case by case as Kubernetes does it.

import { expect } from 'chai';
import { schemaOf } from '../../model/schema.ts';
import { ApiError } from '../../model/status.ts';
import { strategicMergePatch } from './strategic-merge-patch.ts';

const podType = schemaOf('', 'v1', 'Pod');
const deploymentType = schemaOf('apps', 'v1', 'Deployment');
const serviceType = schemaOf('', 'v1', 'Service');

const patchSpec = (spec: object, patch: object, type = podType): unknown =>
  strategicMergePatch({ spec }, { spec: patch }, type).spec;

const named = (...names: string[]) => names.map((name) => ({ name }));

describe('strategic merge patch', () => {
  it('merges items by key and leaves the others', () => {
    const spec = {
      containers: [
        { name: 'a', image: '1', tty: true },
        { name: 'b', image: '1' },
      ],
    };
    expect(patchSpec(spec, { containers: [{ name: 'a', image: '2' }] })).to.deep.equal({
      containers: [
        { name: 'a', image: '2', tty: true },
        { name: 'b', image: '1' },
      ],
    });
  });

  it('puts new items before those that only the server has', () => {
    expect(patchSpec({ containers: named('a', 'b') }, { containers: named('c') })).to.deep.equal({
      containers: named('c', 'a', 'b'),
    });
  });

  it('orders by $setElementOrder', () => {
    const patch = {
      '$setElementOrder/containers': named('c', 'b', 'a'),
      containers: named('c'),
    };
    expect(patchSpec({ containers: named('a', 'b') }, patch)).to.deep.equal({ containers: named('c', 'b', 'a') });
    const alone = { '$setElementOrder/containers': named('b', 'a') };
    expect(patchSpec({ containers: named('a', 'x', 'b') }, alone)).to.deep.equal({ containers: named('x', 'b', 'a') });
  });

  it('keeps an item of the server before one that it stood before', () => {
    const patch = { '$setElementOrder/containers': named('b', 'c'), containers: named('c') };
    expect(patchSpec({ containers: named('a', 'b') }, patch)).to.deep.equal({ containers: named('a', 'b', 'c') });
  });

  it('refuses an order that contradicts the list', () => {
    const patch = { '$setElementOrder/containers': named('a'), containers: named('b') };
    expect(() => patchSpec({ containers: named('a') }, patch))
      .to.throw(ApiError)
      .with.property('code', 400);
  });

  it('deletes an item by $patch: delete, all by $patch: replace', () => {
    const spec = { containers: named('a', 'b', 'c') };
    expect(patchSpec(spec, { containers: [{ $patch: 'delete', name: 'b' }] })).to.deep.equal({
      containers: named('a', 'c'),
    });
    expect(patchSpec(spec, { containers: [{ $patch: 'replace' }, { name: 'd' }] })).to.deep.equal({
      containers: named('d'),
    });
  });

  it('knows the merge key of each list', () => {
    const spec = {
      ports: [
        { port: 80, name: 'a' },
        { port: 81, name: 'b' },
      ],
    };
    expect(patchSpec(spec, { ports: [{ port: 81, nodePort: 30081 }] }, serviceType)).to.deep.equal({
      ports: [
        { port: 80, name: 'a' },
        { port: 81, name: 'b', nodePort: 30081 },
      ],
    });
  });

  it('merges lists of texts where the schema says so, and replaces the others', () => {
    const metadata = { finalizers: ['a', 'b'] };
    const patched = strategicMergePatch({ metadata }, { metadata: { finalizers: ['b', 'c'] } }, podType);
    expect((patched.metadata as typeof metadata).finalizers).to.have.members(['a', 'b', 'c']);
    const spec = { containers: [{ name: 'a', args: ['1', '2'] }] };
    expect(patchSpec(spec, { containers: [{ name: 'a', args: ['3'] }] })).to.deep.equal({
      containers: [{ name: 'a', args: ['3'] }],
    });
    const gone = { metadata: { '$deleteFromPrimitiveList/finalizers': ['a'] } };
    expect(strategicMergePatch({ metadata }, gone, podType)).to.deep.equal({ metadata: { finalizers: ['b'] } });
  });

  it('keeps only $retainKeys, as a change of strategy needs', () => {
    const spec = { strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: 1 } }, replicas: 1 };
    const patch = { strategy: { $retainKeys: ['type'], type: 'Recreate' } };
    expect(patchSpec(spec, patch, deploymentType)).to.deep.equal({ strategy: { type: 'Recreate' }, replicas: 1 });
    const wrong = { strategy: { $retainKeys: ['rollingUpdate'], type: 'Recreate' } };
    expect(() => patchSpec(spec, wrong, deploymentType))
      .to.throw(ApiError)
      .with.property('code', 400);
  });

  it('takes away by null, at any depth, and leaves no null in what is new', () => {
    const spec = { nodeName: 'x', securityContext: { runAsUser: 1, fsGroup: 2 } };
    expect(patchSpec(spec, { nodeName: null, securityContext: { fsGroup: null } })).to.deep.equal({
      securityContext: { runAsUser: 1 },
    });
    expect(patchSpec({}, { securityContext: { runAsUser: 1, fsGroup: null } })).to.deep.equal({
      securityContext: { runAsUser: 1 },
    });
  });

  it('leaves no directive in what is new', () => {
    const patch = {
      containers: [{ name: 'a', ports: [{ $patch: 'delete', containerPort: 1 }, { containerPort: 2 }] }],
      '$setElementOrder/containers': named('a'),
    };
    expect(patchSpec({}, patch)).to.deep.equal({ containers: [{ name: 'a', ports: [{ containerPort: 2 }] }] });
  });

  it('refuses items without their key, and directives that are none', () => {
    const spec = { containers: named('a') };
    expect(() => patchSpec(spec, { containers: [{ image: 'x' }] }))
      .to.throw(ApiError)
      .with.property('code', 422);
    expect(() => patchSpec(spec, { $patch: 'nonsense' }))
      .to.throw(ApiError)
      .with.property('code', 400);
  });

  it('changes nothing that it was given, and treats every key as data', () => {
    const target = JSON.parse('{"data":{"__proto__":"a","constructor":"b"}}');
    const patch = JSON.parse('{"data":{"__proto__":"c","toString":"d"}}');
    const before = JSON.stringify([target, patch]);
    const patched = strategicMergePatch(target, patch, schemaOf('', 'v1', 'ConfigMap'));
    expect(JSON.stringify(patched)).to.equal('{"data":{"__proto__":"c","constructor":"b","toString":"d"}}');
    expect(JSON.stringify([target, patch])).to.equal(before);
    expect(({} as { c?: unknown }).c).to.equal(undefined);
  });
});
