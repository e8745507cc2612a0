import { expect } from 'chai';
import { Deployments, Pods, Services } from '../model/index.ts';
import type { KubeObject } from '../model/meta.ts';
import { warningsOf } from './warnings.ts';

const pod = (container: object, name = 'web') =>
  ({ metadata: { name }, spec: { containers: [{ name: 'a', image: 'x', ...container }] } }) as unknown as KubeObject;

describe('warnings', () => {
  const warnings = (container: object) => warningsOf(Pods, pod(container), false);

  it('tell of thousandths of a byte', () => {
    expect(
      warnings({ resources: { requests: { memory: '100m', cpu: '100m' }, limits: { memory: '1Gi' } } }),
    ).to.deep.equal([
      'spec.containers[0].resources.requests[memory]: fractional byte value "100m" is invalid, must be an integer',
    ]);
  });

  it('tell of variables that hide each other, unless one goes on from the other', () => {
    const env = [
      { name: 'A', value: '1' },
      { name: 'A', value: '$(A)2' },
      { name: 'A', value: '3' },
    ];
    expect(warnings({ env })).to.deep.equal([
      'spec.containers[0].env[2]: hides previous definition of "A", which may be dropped when using apply',
    ]);
  });

  it('tell of a time to stop that is less than none, in a template', () => {
    const template = { spec: { terminationGracePeriodSeconds: -1, containers: [] } };
    const deployment = { metadata: { name: 'web' }, spec: { template } } as unknown as KubeObject;
    expect(warningsOf(Deployments, deployment, false)).to.deep.equal([
      'spec.template.spec.terminationGracePeriodSeconds: must be >= 0; negative values are invalid and will be treated as 1',
    ]);
  });

  it('tell of ports that are said twice', () => {
    const ports = [
      { containerPort: 80 },
      { containerPort: 80, protocol: 'UDP' },
      { containerPort: 80, protocol: 'TCP' },
    ];
    expect(warnings({ ports })).to.deep.equal([
      'spec.containers[0].ports[2]: duplicate port definition with spec.containers[0].ports[0]',
    ]);
  });

  it('tell of names that are no host names, once: when they are given', () => {
    const deployment = { metadata: { name: 'my.app' }, spec: { template: pod({}) } } as unknown as KubeObject;
    expect(warningsOf(Deployments, deployment, true)).to.deep.equal([
      'metadata.name: this is used in Pod names and hostnames, which can result in surprising behavior; a DNS label is recommended: [must not contain dots]',
    ]);
    expect(warningsOf(Deployments, deployment, false)).to.deep.equal([]);
    expect(warningsOf(Services, deployment, true)).to.deep.equal([]);
    expect(warningsOf(Pods, pod({}), true)).to.deep.equal([]);
  });
});
