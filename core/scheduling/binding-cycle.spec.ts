import { expect } from 'chai';
import type { Permit } from '../contracts/scheduling-framework.ts';
import { makeNode, makePod } from '../testing/objects.ts';
import type { CyclePlugins } from './binding-cycle.ts';
import { SchedulingWorld } from './scheduler-loop.fixture.ts';

const scheduler = {
  name: 'only',
  retryOn: ['PodGone'] as const,
  place: () => ({ node: 'node-1' }),
};

describe('binding cycle', () => {
  let world: SchedulingWorld;
  let log: string[];

  beforeEach(async () => {
    world = new SchedulingWorld();
    log = [];
    await world.join(makeNode('node-1'));
  });
  afterEach(() => world.stop());

  const reserve = (name: string, work: () => void = () => {}) => ({
    name,
    reserve() {
      log.push(`reserve ${name}`);
      work();
    },
    unreserve: () => void log.push(`unreserve ${name}`),
  });
  const permit = (name: string, answer: () => Permit) => ({
    name,
    permit() {
      log.push(`permit ${name}`);
      return answer();
    },
  });
  const run = async (plugins: Partial<CyclePlugins>, ms = 100) => {
    await world.start({ scheduler, plugins });
    await world.create(makePod('web'));
    await world.clock.advance(ms);
  };
  const conditionOf = async (name: string) =>
    (await world.pods.get(name)).status?.conditions?.find(({ type }) => type === 'PodScheduled')?.message;

  it('goes through Reserve, Permit and Bind in listed order', async () => {
    const bind = (name: string, answer: 'skip' | 'bound') => ({
      name,
      async bind() {
        log.push(`bind ${name}`);
        return answer;
      },
    });
    await run({
      reserve: [reserve('a'), reserve('b')],
      permit: [permit('c', () => 'allow')],
      bind: [bind('d', 'skip')],
    });
    expect(log).to.deep.equal(['reserve a', 'reserve b', 'permit c', 'bind d']);
    expect(await world.nodeOf('web')).to.equal('node-1');
  });

  it('leaves the binding to the first plugin that does it', async () => {
    const bound: string[] = [];
    const bind = async (pod: { metadata: { name: string } }, node: string) => {
      bound.push(`${pod.metadata.name} on ${node}`);
      return 'bound' as const;
    };
    await run({ bind: [{ name: 'mine', bind }] });
    expect(bound).to.deep.equal(['web on node-1']);
    expect(await world.nodeOf('web')).to.equal(undefined);
  });

  it('undoes all reservations in reverse order when one fails, and tries again', async () => {
    let broken = true;
    const failing = reserve('b', () => {
      if (broken) throw new Error('no disk left');
    });
    await run({ reserve: [reserve('a'), failing] });
    expect(log).to.deep.equal(['reserve a', 'reserve b', 'unreserve b', 'unreserve a']);
    expect(await conditionOf('web')).to.equal('no disk left');
    broken = false;
    await world.clock.advance(1500);
    expect(await world.nodeOf('web')).to.equal('node-1');
  });

  it('undoes them when the API refuses the binding', async () => {
    await world.start({
      scheduler,
      plugins: {
        reserve: [reserve('a'), reserve('b')],
        bind: [{ name: 'no', bind: () => Promise.reject(new Error('not today')) }],
      },
    });
    await world.create(makePod('web'));
    await world.clock.advance(100);
    expect(log).to.deep.equal(['reserve a', 'reserve b', 'unreserve b', 'unreserve a']);
    expect(await conditionOf('web')).to.equal('binding rejected: not today');
  });

  it('takes a rejected permit as a refusal: the pod waits for the cluster to change', async () => {
    let answer: Permit = { reject: 'quota is used up' };
    await run({ reserve: [reserve('a')], permit: [permit('p', () => answer), permit('q', () => 'allow')] }, 60_000);
    expect(log).to.deep.equal(['reserve a', 'permit p', 'unreserve a']);
    expect(await conditionOf('web')).to.equal('0/1 nodes are available: 1 quota is used up.');
    answer = 'allow';
    await world.create(makePod('other'));
    await world.clock.advance(100);
    await world.pods.delete('other', { gracePeriodSeconds: 0 });
    await world.clock.advance(2000);
    expect(await world.nodeOf('web')).to.equal('node-1');
  });

  it('lets a pod wait for its permit while others are placed', async () => {
    let let_ = (_: 'allow') => {};
    const settled = new Promise<'allow'>((resolve) => {
      let_ = resolve;
    });
    let first = true;
    const seen: string[][] = [];
    const counting = {
      ...scheduler,
      place: (_: unknown, view: { nodes: readonly { pods: readonly { metadata: { name: string } }[] }[] }) => {
        seen.push(view.nodes.flatMap(({ pods }) => pods.map(({ metadata }) => metadata.name)));
        return { node: 'node-1' };
      },
    };
    const answer = (): Permit => {
      const now = first;
      first = false;
      return now ? { wait: 60_000, settled } : 'allow';
    };
    await world.start({ scheduler: counting, plugins: { permit: [permit('p', answer)] } });
    await world.create(makePod('web'));
    await world.clock.advance(100);
    await world.create(makePod('other'));
    await world.clock.advance(10_000);
    expect(await world.nodeOf('other')).to.equal('node-1');
    expect(await world.nodeOf('web')).to.equal(undefined);
    expect(seen).to.deep.equal([[], ['web']]);
    let_('allow');
    await world.clock.advance(100);
    expect(await world.nodeOf('web')).to.equal('node-1');
  });

  it('rejects a pod whose permit does not come in time', async () => {
    const never = new Promise<'allow'>(() => {});
    await run({ reserve: [reserve('a')], permit: [permit('gang', () => ({ wait: 10_000, settled: never }))] }, 9000);
    expect(log).to.deep.equal(['reserve a', 'permit gang']);
    await world.clock.advance(1500);
    expect(log).to.deep.equal(['reserve a', 'permit gang', 'unreserve a']);
    expect(await conditionOf('web')).to.equal(
      '0/1 nodes are available: 1 rejected due to timeout after waiting 10s at plugin gang.',
    );
  });

  it('ends the wait of a pod that is deleted, and of all when it stops', async () => {
    const never = new Promise<'allow'>(() => {});
    await run({ reserve: [reserve('a')], permit: [permit('gang', () => ({ wait: 600_000, settled: never }))] });
    await world.pods.delete('web', { gracePeriodSeconds: 0 });
    await world.clock.advance(100);
    expect(log).to.deep.equal(['reserve a', 'permit gang', 'unreserve a']);
    await world.create(makePod('late'));
    await world.clock.advance(100);
    await world.stop();
    expect(log.slice(3)).to.deep.equal(['reserve a', 'permit gang', 'unreserve a']);
    expect(world.clock.next).to.equal(undefined);
  });
});
