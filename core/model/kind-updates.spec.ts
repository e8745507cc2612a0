// What must not change in an object that is there, and in which words that is refused.

import { expect } from 'chai';
import { builtinResources } from './index.ts';
import type { KubeObject } from './meta.ts';
import type { Resource } from './resource.ts';
import { change, samples } from './samples.fixture.ts';
import { objectProblems, validateObjectUpdate } from './validation.ts';

const resourceOf = (plural: string): Resource => builtinResources.find((one) => one.plural === plural)!;

describe('updates of the kinds', () => {
  const update = (plural: string, path: string, value: unknown, from: KubeObject = samples[plural]!): string[] =>
    validateObjectUpdate(resourceOf(plural), change(from, path, value), from).map(
      ({ field, message }) => `${field}: ${message}`,
    );

  it('lets a pod change its image and little else', () => {
    expect(update('pods', 'spec.containers.0.image', 'nginx:1.28')).to.deep.equal([]);
    expect(update('pods', 'spec.activeDeadlineSeconds', 5)).to.deep.equal([]);
    expect(update('pods', 'spec.tolerations.1', { operator: 'Exists' })).to.deep.equal([]);
    expect(update('pods', 'metadata.labels', { b: 'c' })).to.deep.equal([]);
    expect(update('pods', 'spec.nodeName', 'node-2')[0]).to.match(
      /^spec: Forbidden: pod updates may not change fields other than `spec.containers\[\*\].image`/,
    );
    expect(update('pods', 'spec.tolerations', [])[0]).to.match(/^spec.tolerations: Forbidden: existing toleration/);
  });

  it('keeps what is decided once', () => {
    const immutable = 'field is immutable';
    expect(update('pods', 'metadata.uid', 'other')).to.deep.equal([
      `metadata.uid: Invalid value: "other": ${immutable}`,
    ]);
    expect(update('deployments', 'spec.selector.matchLabels.app', 'x')[0]).to.contain(`: ${immutable}`);
    expect(update('services', 'spec.clusterIP', '10.96.0.11')).to.deep.equal([
      'spec.clusterIPs[0]: Invalid value: []string{"10.96.0.11"}: may not change once set',
    ]);
    expect(update('secrets', 'type', 'mine')).to.deep.equal([`type: Invalid value: "mine": ${immutable}`]);
    expect(update('endpointslices', 'addressType', 'IPv6')).to.deep.equal([
      `addressType: Invalid value: "IPv6": ${immutable}`,
    ]);
    expect(update('priorityclasses', 'value', 7)).to.deep.equal(['value: Forbidden: may not be changed in an update.']);
    expect(update('priorityclasses', 'preemptionPolicy', 'Never')).to.deep.equal([
      `preemptionPolicy: Invalid value: "Never": ${immutable}`,
    ]);
    expect(update('priorityclasses', 'description', 'else')).to.deep.equal([]);
    expect(update('poddisruptionbudgets', 'spec.minAvailable', 2)).to.deep.equal([]);
  });

  it('tells what is wrong now and what must not have changed together', () => {
    const from = samples.deployments!;
    const next = change(from, 'spec.selector.matchLabels.app', 'x');
    const problems = objectProblems(resourceOf('deployments'), next, from);
    expect(problems.map(({ field }) => field)).to.deep.equal(['spec.template.metadata.labels', 'spec.selector']);
    // What is not even of its class has no parts to compare.
    const broken = change(from, 'spec', 7);
    expect(objectProblems(resourceOf('deployments'), broken, from)).to.have.length(1);
  });

  it('keeps data that was declared immutable', () => {
    const fixed = { ...samples.configmaps!, immutable: true } as KubeObject;
    expect(update('configmaps', 'data', {}, fixed)).to.deep.equal([
      'data: Forbidden: field is immutable when `immutable` is set',
    ]);
    expect(update('configmaps', 'immutable', false, fixed)).to.deep.equal([
      'immutable: Forbidden: field is immutable when `immutable` is set',
    ]);
    expect(update('configmaps', 'metadata.labels', { a: 'b' }, fixed)).to.deep.equal([]);
  });
});
