// The kit itself: what a world shows, what its faults do, what its findings say. With a tiny part (fixture/tiny-part.fixture.ts).

import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { plugin } from '../../core/cluster/plugin.ts';
import { ApiClient } from '../../core/contracts/api-client.ts';
import { Clock } from '../../core/contracts/clock.ts';
import { again, Controller, done } from '../../core/contracts/controller.ts';
import { from, itself } from '../../core/control/sources.ts';
import { ConfigMaps } from '../../core/model/config-map.ts';
import { splitKey } from '../../core/model/meta.ts';
import { Pods } from '../../core/model/pod.ts';
import { FailedCheck, type Finding, type StudentPart } from './lab.ts';
import { loadPart } from './load-part.ts';
import { parseTexts, sharedMessages, Texts } from './texts.ts';
import { inWorld, type World } from './world.ts';

const texts = new Texts(
  parseTexts(`# Nothing
## 1.1 a check
### Message wrong
- Happened: {pod} at {at}
- Expected: another
- Why: {fault}
`),
  sharedMessages(),
);
const options = { check: '1.1', texts, nodes: 1 };
const file = fileURLToPath(new URL('./fixture/tiny-part.fixture.ts', import.meta.url));

const ask = (world: World, name: string, pod: string) =>
  world.client.of(ConfigMaps).in('default').create({ metadata: { name }, data: { pod } });

async function findingOf(part: StudentPart, work: (world: World) => Promise<void>, seed = 1): Promise<Finding> {
  try {
    await inWorld(options, work)(part, seed);
  } catch (error) {
    if (error instanceof FailedCheck) return error.finding;
    throw error;
  }
  throw new Error('nothing was found');
}

/** A part that a test makes up. */
function partOf(make: (client: ApiClient, clock: Clock) => Pick<Controller, 'sources' | 'reconcile'>): StudentPart {
  const exported = plugin({
    name: 'controller-made-up',
    description: 'a part of a test',
    provides: [Controller],
    bind: ({ bind }) => {
      const made = (client: ApiClient, clock: Clock): Controller => ({ name: 'made-up', ...make(client, clock) });
      bind(Controller).toResolvedValue(made, [ApiClient, Clock]);
    },
  });
  return { file: '/nowhere/made-up.ts', exported };
}

describe('world', () => {
  let part: StudentPart;
  before(async () => {
    part = await loadPart(file);
  });

  const lives = (work: (world: World) => Promise<void>, seed = 1) => inWorld(options, work)(part, seed);

  it('shows every change, and by whom, and the line of the part’s own', () =>
    lives(async (world) => {
      const seen: string[] = [];
      world.observe(({ what, kind, key, by, line }) => {
        if (kind !== 'Pod' || seen.length > 3) return;
        seen.push(`${what} ${key} by ${by}${line ? ` ${line.file}` : ''}`);
      });
      await ask(world, 'web', 'yes');
      expect(await world.until(() => world.pods()[0]?.status?.phase === 'Running', 30)).to.equal(true);
      expect(seen.slice(0, 3)).to.deep.equal([
        'created default/web by you tiny-part.fixture.ts',
        'bound default/web by scheduler',
        'status default/web by kubelet node-1',
      ]);
      expect(world.get(Pods, 'default/web')).to.equal(world.pods()[0]);
      const [call] = world.calls;
      expect(call).to.include({ verb: 'create', kind: 'Pod', key: 'default/web', outcome: 'done' });
      expect(call?.line).to.deep.include({ file: path.basename(file) });
    }));

  it('lets virtual time pass, and no more than asked', () =>
    lives(async (world) => {
      await world.run(5);
      expect(world.seconds).to.equal(5);
      expect(await world.until(() => false, 3)).to.equal(false);
      expect(world.seconds).to.equal(8);
    }));

  it('says what the part lacked when its watches are late', () =>
    lives(async (world) => {
      world.faults.lateness(2000);
      await world.client
        .of(Pods)
        .in('default')
        .create({ metadata: { name: 'other' }, spec: { containers: [{ name: 'main', image: 'i' }] } });
      await world.run(1);
      expect(world.lacked).to.deep.equal(['Pod default/other']);
      await world.run(2);
      expect(world.lacked).to.deep.equal([]);
      expect(world.faults.last).to.equal('watches 2000 ms late at 0.000 s');
    }));

  it('refuses writes, loses answers, slows calls and restarts the part, and the part gets there', () =>
    lives(async (world) => {
      world.faults.failWrites(1);
      await ask(world, 'a', 'yes');
      await world.run(1);
      expect(world.calls.map(({ outcome }) => outcome)).to.deep.equal(['Conflict', 'done']);
      world.faults.loseAnswers(1);
      await ask(world, 'b', 'yes');
      await world.run(1);
      expect(world.calls[2]).to.include({ outcome: 'Timeout', key: 'default/b' });
      world.faults.slow(400);
      await ask(world, 'c', 'yes');
      await world.run(0.2);
      await world.faults.restartPart();
      await world.run(2);
      expect(world.pods().map(({ metadata }) => metadata.name)).to.have.members(['a', 'b', 'c']);
    }));

  it('blows a storm that the seed decides', async () => {
    const faults = async (seed: number) => {
      let log: string[] = [];
      await lives(async (world) => {
        world.faults.storm({ every: 1, kinds: ['cut', 'expire', 'late', 'slow', 'restart'] });
        await world.run(20);
        log = world.faults.log.map(({ object }) => object);
      }, seed);
      return log;
    };
    const [once, again, other] = [await faults(1), await faults(1), await faults(2)];
    expect(once).to.have.length.greaterThan(10);
    expect(again).to.deep.equal(once);
    expect(other).not.to.deep.equal(once);
  });

  it('makes a finding of what an observer says, with the history of the object', async () => {
    const finding = await findingOf(part, async (world) => {
      world.observe(({ kind, what, key }) => {
        if (kind === 'Pod' && what === 'created') world.fail('wrong', { pod: key }, { object: `Pod ${key}` });
      });
      world.faults.cutWatches();
      await world.run(1);
      await ask(world, 'web', 'yes');
      await world.run(10);
    });
    expect(finding).to.deep.include({ check: '1.1', message: 'wrong', seed: 1, expected: 'another' });
    expect(finding.happened).to.equal(`default/web at ${finding.at.toFixed(3)} s`);
    expect(finding.why).to.equal('watch cut at 0.000 s');
    expect(finding.look?.file).to.equal('tiny-part.fixture.ts');
    expect(finding.timeline.map(({ what }) => what)).to.deep.equal(['fault', 'created']);
    expect(finding.instant).to.be.greaterThan(0);
  });

  it('makes findings of what no part may do', async () => {
    const thrown = await findingOf(part, async (world) => {
      await ask(world, 'web', 'throw');
      await world.run(1);
    });
    expect(thrown.message).to.equal('threw');
    expect(thrown.happened).to.equal('reconcile(default/web) threw Error: it said throw');
    expect(thrown.look?.file).to.equal('tiny-part.fixture.ts');
    const changed = await findingOf(part, async (world) => {
      await ask(world, 'web', 'change');
      await world.run(1);
    });
    expect(changed.message).to.equal('changed-shared-object');
    expect(changed.look?.line).to.be.greaterThan(thrown.look!.line);
  });

  it('makes a finding of a part that leaves something behind, and of one that never rests', async () => {
    const leaves = partOf((client, clock) => ({
      sources: () => {
        client.of(Pods).watch().subscribe();
        clock.every(1000).subscribe();
        return [];
      },
      reconcile: async () => done,
    }));
    const left = await findingOf(leaves, (world) => world.run(1));
    expect(left.message).to.equal('left-open');
    expect(left.happened).to.equal('after stop() your part still had a watch open and a timer running');

    const writes = partOf((client) => ({
      sources: (informers) => [from(informers.of(ConfigMaps), itself)],
      reconcile: async (key) => {
        const { namespace = '', name } = splitKey(key);
        const { data } = await client.of(ConfigMaps).in(namespace).get(name);
        const count = String(Number(data?.count ?? 0) + 1);
        await client.of(ConfigMaps).in(namespace).patch(name, { data: { count } });
        return done;
      },
    }));
    const restless = await findingOf(writes, (world) => world.run(5));
    expect(restless.message).to.equal('never-rests');

    const asks = partOf(() => ({
      sources: (informers) => [from(informers.of(ConfigMaps), itself)],
      reconcile: async () => again(0),
    }));
    expect((await findingOf(asks, (world) => world.run(5))).message).to.equal('never-rests');
  });

  it('tells a mistake of the check from one of the part', async () => {
    const wrong = lives(async (world) => {
      world.observe(() => {
        world.fail('no-such-message');
      });
      await ask(world, 'web', 'yes');
      await world.run(1);
    });
    const error = await wrong.catch((reason: unknown) => reason);
    expect(error).to.be.an('error').and.not.to.be.instanceOf(FailedCheck);
    expect(String(error)).to.contain('no "### Message no-such-message" under 1.1');
  });
});
