// The workloads of stores, proxies and runtimes, small ones: each runs, measures what it says it measures, and finds out a
// variant that does not do its work.

import { expect } from 'chai';
import { assemble, given } from '../../../../core/cluster/container.ts';
import { type ConfiguredPlugin, plugin } from '../../../../core/cluster/plugin.ts';
import { Clock } from '../../../../core/contracts/clock.ts';
import { Random } from '../../../../core/contracts/random.ts';
import { Store, type StoreEvent } from '../../../../core/contracts/store.ts';
import { allTests } from '../../../../core/testing/runs.ts';
import { SeededRandom } from '../../../../core/time/random.ts';
import { RealClock } from '../../../../core/time/real-clock.ts';
import { proxyUserspace } from '../../../../plugins/proxy-userspace/plugin.ts';
import { runtimeMock } from '../../../../plugins/runtime-mock/plugin.ts';
import { runtimeProcess } from '../../../../plugins/runtime-process/plugin.ts';
import { MemoryStore } from '../../../../plugins/store-memory/memory-store.ts';
import { storeMemory } from '../../../../plugins/store-memory/plugin.ts';
import { type Round, type Trial, VariantFault } from '../trial.ts';
import { proxyTrials } from './proxies.ts';
import { runtimeTrials } from './runtimes.ts';
import { storeTrials } from './stores.ts';

function roundOf(variant: ConfiguredPlugin): Round {
  const clock = new RealClock();
  const random = new SeededRandom('1');
  return {
    level: 'alone',
    seed: '1',
    variant,
    clock,
    random,
    build: (token, ...values) =>
      assemble([variant], [given(Clock, clock), given(Random, random.fork('variant')), ...values]).get(token),
    during: () => {},
  };
}

/** A store with a fault of its own. */
const faulty = (make: (clock: Clock) => MemoryStore) =>
  plugin({
    name: 'store-faulty',
    description: 'a store with a fault',
    provides: [Store],
    bind({ bind }) {
      bind(Store).toResolvedValue(make, [Clock]);
    },
  })();

/** Each size of a workload is small here, so one of each will do. */
function once(trials: readonly Trial[]): readonly Trial[] {
  return trials.filter(({ name }, at) => trials.findIndex((trial) => trial.name === name) === at);
}

const fault = async (running: Promise<unknown>) =>
  running.then(
    () => expect.fail('it was not found out'),
    (error: unknown) => error as VariantFault,
  );

describe('workloads of other slots than schedulers', () => {
  const groups = [
    { of: 'stores', trials: () => storeTrials({ pods: 60 }), variant: storeMemory(), count: 6 },
    { of: 'proxies', trials: () => proxyTrials({ pods: 4 }), variant: proxyUserspace(), count: 4 },
    { of: 'runtimes', trials: () => runtimeTrials({ pods: 20 }), variant: runtimeMock(), count: 1 },
  ];
  for (const { of, trials, variant, count } of groups) {
    it(`of ${of}: each measures what it says`, async () => {
      const all = once(await trials());
      expect(all).to.have.length(count);
      for (const trial of all) {
        const { values } = await trial.run(roundOf(variant));
        expect(values, trial.name).to.have.all.keys(trial.measures('alone').map(({ name }) => name));
        for (const [name, value] of Object.entries(values)) expect(value, `${trial.name} ${name}`).to.be.finite;
      }
    });
  }

  (allTests ? it : () => {})('of runtimes: processes of the machine too', async function () {
    this.timeout(120_000);
    const [pods] = await runtimeTrials({ pods: 4 });
    const { values } = await pods!.run(roundOf(runtimeProcess()));
    expect(values.podMemory).to.be.above(1);
    expect(values['latency.p50']).to.be.above(1);
  });

  it('find out a store whose watchers miss a change', async () => {
    class Deaf extends MemoryStore {
      override watch(...args: Parameters<MemoryStore['watch']>) {
        const all = super.watch(...args);
        const misses = (event: StoreEvent) => event.revision % 7 === 0;
        return new (
          all.constructor as new (
            subscribe: (to: { next(event: StoreEvent): void }) => unknown,
          ) => typeof all
        )((to) => all.subscribe((event) => !misses(event) && to.next(event)));
      }
    }
    const [watch] = (await storeTrials({ pods: 60 })).filter(({ name }) => name.startsWith('StoreWatch/100W'));
    const error = await fault(watch!.run(roundOf(faulty((clock) => new Deaf(clock)))));
    expect(error).to.be.instanceOf(VariantFault);
    expect(error.message).to.match(/heard of revision \d+ after \d+/);
  });

  it('find out a store that does not guard', async () => {
    class Careless extends MemoryStore {
      override async put(key: string, value: object) {
        await Promise.resolve();
        return super.put(key, value);
      }
    }
    const [updates] = (await storeTrials({ pods: 300 })).filter(({ name }) => name.startsWith('StoreUpdates'));
    const error = await fault(updates!.run(roundOf(faulty((clock) => new Careless(clock)))));
    expect(error.reason).to.equal('nonsense');
    expect(error.message).to.match(/some were lost/);
  });
});
