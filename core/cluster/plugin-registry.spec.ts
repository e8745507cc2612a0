import { expect } from 'chai';
import { Controller } from '../contracts/controller.ts';
import { Scheduler } from '../contracts/scheduler.ts';
import { plugin } from './plugin.ts';
import { PluginRegistry } from './plugin-registry.ts';

describe('plugin registry', () => {
  const roundRobin = plugin({ name: 'scheduler-round-robin', description: '', provides: [Scheduler], bind() {} });
  const fit = plugin({ name: 'scheduler-resource-fit', description: '', provides: [Scheduler], bind() {} });
  const node = plugin({ name: 'controller-node', description: '', provides: [Controller], bind() {} });
  const registry = new PluginRegistry([roundRobin, fit, node]);

  it('finds a plugin by its name, or by its name without the slot', () => {
    for (const name of ['scheduler-round-robin', 'round-robin']) {
      expect(registry.find(name, 'Scheduler').definition.name).to.equal('scheduler-round-robin');
    }
  });

  it('names the nearest ones, and all that there are', () => {
    expect(() => registry.find('roundrobin', 'Scheduler')).to.throw(
      'no plugin is called roundrobin (did you mean round-robin?); for Scheduler there are: scheduler-round-robin, scheduler-resource-fit',
    );
    expect(() => registry.find('/etc/passwd', 'Scheduler')).to.throw(/^no plugin is called \/etc\/passwd; for/);
  });

  it('says what a plugin is for when it is named for something else', () => {
    expect(() => registry.find('controller-node', 'Scheduler')).to.throw(
      'controller-node: plugin controller-node provides Controller, not Scheduler; name a plugin that provides Scheduler',
    );
  });

  it('knows what was added later, under the path that it was given by', () => {
    registry.add({ ...roundRobin(), label: './mine.ts' });
    expect(registry.find('./mine.ts', 'Scheduler').label).to.equal('./mine.ts');
    expect(registry.namesOf('Scheduler')).to.include('./mine.ts');
  });
});
