import { expect } from 'chai';
import { ContainerRuntime } from '../contracts/container-runtime.ts';
import { Proxy } from '../contracts/proxy.ts';
import { Scheduler } from '../contracts/scheduler.ts';
import { VirtualClock } from '../time/virtual-clock.ts';
import type { ComponentPlan, Role } from './composition.ts';
import type { Part } from './part.ts';
import { type ConfiguredPlugin, plugin } from './plugin.ts';
import { nodeSettings } from './settings.ts';
import { Supervisor } from './supervisor.ts';

const tokens = { Scheduler, Proxy, ContainerRuntime } as const;
const never = () => new Promise<never>(() => {});

describe('supervisor', () => {
  let clock: VirtualClock;
  let supervisor: Supervisor;
  /** What happened, in order: `a starts`. */
  let story: string[];
  /** What a plugin's parts do that is out of the ordinary, by the plugin's name. */
  let odd: Record<string, Partial<Part>>;
  let drainEnds: () => Promise<void>;
  /** Parts that are as they are. */
  let makes: Record<string, Part>;

  beforeEach(() => {
    makes = {};
    clock = new VirtualClock();
    story = [];
    odd = {};
    drainEnds = async () => {};
    supervisor = new Supervisor({
      clock,
      build: ({ plugin: { definition } }) =>
        makes[definition.name] ?? {
          start: async () => void story.push(`${definition.name} starts`),
          stop: async () => void story.push(`${definition.name} stops`),
          ...odd[definition.name],
        },
      drain: async (node, signal) => {
        story.push(`${node} drains`);
        await Promise.race([
          drainEnds(),
          new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason))),
        ]);
      },
      resume: async (node) => void story.push(`${node} resumes`),
      changed: () => {},
    });
  });

  const named = (name: string, role: keyof typeof tokens): ConfiguredPlugin =>
    plugin({ name, description: name, provides: [tokens[role]], bind() {} })();
  const plan = (name: string, role: Role & keyof typeof tokens): ComponentPlan => ({
    name: role === 'ContainerRuntime' ? 'node-1' : role.toLowerCase(),
    role,
    plugin: named(name, role),
    options: {},
    ...(role === 'ContainerRuntime' && { node: nodeSettings(1)[0]! }),
  });
  const errorOf = async (work: Promise<unknown>): Promise<string> =>
    work.then(
      () => 'no error',
      (error: Error) => error.message,
    );

  it('stops the old scheduler before the new one starts', async () => {
    await supervisor.start(plan('a', 'Scheduler'));
    await supervisor.swap('scheduler', named('b', 'Scheduler'));
    expect(story).to.deep.equal(['a starts', 'a stops', 'b starts']);
    await supervisor.undo();
    expect(story.slice(3)).to.deep.equal(['b stops', 'a starts']);
    expect(await errorOf(supervisor.undo())).to.match(/no swap to undo/);
  });

  it('leaves no gap between proxies', async () => {
    await supervisor.start(plan('a', 'Proxy'));
    await supervisor.swap('proxy', named('b', 'Proxy'));
    expect(story).to.deep.equal(['a starts', 'b starts', 'a stops']);
  });

  it('drains a node before its runtime changes, and lets it take pods again', async () => {
    await supervisor.start(plan('a', 'ContainerRuntime'));
    await supervisor.swap('node-1', named('b', 'ContainerRuntime'));
    expect(story).to.deep.equal(['a starts', 'node-1 drains', 'a stops', 'b starts', 'node-1 resumes']);
  });

  it('goes back to the old one when the new one does not start, and ends what had begun', async () => {
    odd.b = { start: () => Promise.reject(new Error('no such luck')) };
    const component = await supervisor.start(plan('a', 'Scheduler'));
    expect(await errorOf(supervisor.swap('scheduler', named('b', 'Scheduler')))).to.equal('no such luck');
    expect(story).to.deep.equal(['a starts', 'a stops', 'a starts', 'b stops']);
    expect(component).to.include({ state: 'Running', plugin: 'a', message: 'b did not start: no such luck' });
  });

  it('does not touch the old one when the new one cannot even get ready', async () => {
    odd.b = { prepare: () => Promise.reject(new Error('does not compile')) };
    await supervisor.start(plan('a', 'Scheduler'));
    await errorOf(supervisor.swap('scheduler', named('b', 'Scheduler')));
    expect(story).to.deep.equal(['a starts', 'b stops']);
  });

  it('says so when neither the new one nor the old one starts', async () => {
    const component = await supervisor.start(plan('a', 'Scheduler'));
    odd.b = { start: () => Promise.reject(new Error('bad')) };
    odd.a = { start: () => Promise.reject(new Error('worse')) };
    await errorOf(supervisor.swap('scheduler', named('b', 'Scheduler')));
    expect(component.state).to.equal('Failed');
    expect(component.message).to.equal('b did not start: bad; nor did a start again: worse');
  });

  it('goes back to an old one that tries again by itself, and says what was the matter with the new one', async () => {
    odd.b = { start: () => Promise.reject(new Error('bad')) };
    const component = await supervisor.start(plan('a', 'Scheduler'));
    odd.a = {
      start: () => Promise.reject(new Error('worse')),
      resume: async () => void story.push('a resumes'),
    };
    expect(await errorOf(supervisor.swap('scheduler', named('b', 'Scheduler')))).to.equal('bad');
    expect(story).to.deep.equal(['a starts', 'a stops', 'a resumes', 'b stops']);
    expect(component).to.include({ state: 'Running', plugin: 'a', message: 'b did not start: bad' });
  });

  it('gives up a start that does not come back, and keeps the old one', async () => {
    odd.b = { start: never };
    const component = await supervisor.start(plan('a', 'Scheduler'));
    const swap = errorOf(supervisor.swap('scheduler', named('b', 'Scheduler')));
    await clock.advance(60_000);
    expect(await swap).to.match(/did not start within 60 s/);
    expect(component.plugin).to.equal('a');
  });

  it('waits for a start that takes long for as long as it gets further', async () => {
    let progress = 0;
    let ready = () => {};
    const slow: Part = {
      start: () => new Promise<void>((resolve) => (ready = resolve)),
      stop: async () => {},
      get progress() {
        return progress;
      },
    };
    makes.b = slow;
    const component = await supervisor.start(plan('a', 'Scheduler'));
    const stuck = errorOf(supervisor.swap('scheduler', named('b', 'Scheduler')));
    await clock.advance(59_000);
    progress += 1;
    await clock.advance(62_000);
    expect(await stuck).to.match(/did not start within 60 s/);
    const swap = errorOf(supervisor.swap('scheduler', named('b', 'Scheduler')));
    for (let minute = 0; minute < 10; minute += 1) {
      await clock.advance(59_000);
      progress += 1;
    }
    ready();
    expect(await swap).to.equal('no error');
    expect(component.plugin).to.equal('b');
  });

  it('goes on without an old one that does not come back from stop, and says so', async () => {
    odd.a = { stop: never };
    const component = await supervisor.start(plan('a', 'Scheduler'));
    const swap = supervisor.swap('scheduler', named('b', 'Scheduler'));
    await clock.advance(10_000);
    await swap;
    expect(component).to.include({ plugin: 'b', state: 'Running' });
    expect(component.message).to.equal('the former a of scheduler did not stop within 10 s');
  });

  it('cuts a component and mends it: no drain, no swap meanwhile, twice is once', async () => {
    await supervisor.start(plan('a', 'ContainerRuntime'));
    await supervisor.cut('node-1');
    await supervisor.cut('node-1');
    expect(supervisor.find('node-1').state).to.equal('Stopped');
    expect(await errorOf(supervisor.swap('node-1', named('b', 'ContainerRuntime')))).to.match(/is stopped: start it/);
    odd.a = { start: () => Promise.reject(new Error('no power')) };
    expect(await errorOf(supervisor.mend('node-1'))).to.equal('no power');
    expect(supervisor.find('node-1')).to.include({ state: 'Stopped', message: 'it did not start: no power' });
    odd = {};
    await supervisor.mend('node-1');
    await supervisor.mend('node-1');
    expect(supervisor.find('node-1')).to.include({ state: 'Running', message: '' });
    expect(story).to.deep.equal(['a starts', 'a stops', 'a stops', 'a starts']);
  });

  it('does one swap at a time', async () => {
    await supervisor.start(plan('a', 'Scheduler'));
    const swaps = ['b', 'c', 'd'].map((name) => supervisor.swap('scheduler', named(name, 'Scheduler')));
    await Promise.all(swaps);
    expect(story.slice(1)).to.deep.equal(['a stops', 'b starts', 'b stops', 'c starts', 'c stops', 'd starts']);
  });

  it('refuses a plugin for something else', async () => {
    await supervisor.start(plan('a', 'Scheduler'));
    expect(await errorOf(supervisor.swap('scheduler', named('b', 'Proxy')))).to.match(
      /^component scheduler: plugin b \(supervisor\.spec\.ts:\d+\) provides Proxy, not Scheduler; name a plugin that/,
    );
  });

  it('finds a component by its slot where there is one, and names what there is where there is not', async () => {
    await supervisor.start(plan('a', 'Scheduler'));
    expect(supervisor.find('Scheduler').name).to.equal('scheduler');
    expect(() => supervisor.find('schedule')).to.throw(
      'no component is called schedule (did you mean scheduler?); there are: scheduler',
    );
  });

  describe('when it stops', () => {
    it('stops the last started first, all of them, and names the one that hangs', async () => {
      odd.b = { stop: never };
      await supervisor.start(plan('a', 'Scheduler'));
      await supervisor.start(plan('b', 'Proxy'));
      const stop = errorOf(supervisor.stop());
      await clock.advance(10_000);
      expect(await stop).to.equal('proxy did not stop within 10 s');
      expect(story.at(-1)).to.equal('a stops');
      expect(clock.next).to.equal(undefined);
    });

    it('breaks off a swap that waits for a node to drain', async () => {
      drainEnds = never;
      await supervisor.start(plan('a', 'ContainerRuntime'));
      const swap = errorOf(supervisor.swap('node-1', named('b', 'ContainerRuntime')));
      await clock.settle();
      await supervisor.stop();
      expect(await swap).to.equal('the cluster is stopping');
      expect(story).to.deep.equal(['a starts', 'node-1 drains', 'b stops', 'b stops', 'a stops']);
      expect(await errorOf(supervisor.swap('node-1', named('c', 'ContainerRuntime')))).to.equal(
        'the cluster is stopping',
      );
    });
  });
});
