import { availableParallelism, release } from 'node:os';
import { expect } from 'chai';
import { nodeStatus, onMachine } from '../../core/node/node-object.ts';
import { thisMachine } from './machine.ts';

describe('the machine of a node', () => {
  it('is this one, in the words of Kubernetes', () => {
    const { operatingSystem, architecture, osImage, kernelVersion, capacity } = thisMachine();
    expect(operatingSystem).to.be.oneOf(['linux', 'darwin', 'windows', 'freebsd']);
    expect(architecture).to.not.equal('x64');
    expect(osImage).to.match(/\w/);
    expect(kernelVersion).to.equal(release());
    expect(capacity.cpu).to.equal(String(availableParallelism()));
    expect(capacity.memory).to.match(/^\d+Ki$/);
  });

  it('is what the node tells, but for what was configured', () => {
    const options = onMachine({ address: '127.0.0.1', capacity: { cpu: '64' } }, thisMachine());
    const { capacity, allocatable, nodeInfo } = nodeStatus('node-1', options, 'process://1.0', undefined, '');
    expect(capacity).to.include({ cpu: '64', pods: '110', memory: thisMachine().capacity.memory });
    expect(allocatable).to.deep.equal(capacity);
    expect(nodeInfo?.kernelVersion).to.equal(release());
  });
});
