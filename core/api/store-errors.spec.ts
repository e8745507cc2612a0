import { expect } from 'chai';
import { MemoryStore } from '../../plugins/store-memory/memory-store.ts';
import { StoreFailure } from '../contracts/store.ts';
import { ConfigMaps } from '../model/config-map.ts';
import { Pods } from '../model/pod.ts';
import { ApiError } from '../model/status.ts';
import { ControlPlane } from '../testing/control-plane.ts';
import { VirtualClock } from '../time/virtual-clock.ts';
import { StoredObjects } from './stored-objects.ts';

describe('what the API answers when its store', () => {
  /** Fails as it is told to. */
  class FailingStore extends MemoryStore {
    failure: Error | undefined;
    override async get(...args: Parameters<MemoryStore['get']>): ReturnType<MemoryStore['get']> {
      if (this.failure) throw this.failure;
      return super.get(...args);
    }
  }
  const clock = new VirtualClock();
  const store = new FailingStore(clock);
  const stored = new StoredObjects(store);
  const reader = { name: 'Reader', validate: async () => void (await stored.get(ConfigMaps, 'default', 'other')) };
  const plane = new ControlPlane(store, clock, 1, [reader]);
  const maps = plane.client.of(ConfigMaps).in('default');
  afterEach(() => {
    store.failure = undefined;
  });
  after(() => plane.stop());

  const answer = async (asked: Promise<unknown>) => {
    const error = await asked.catch((refusal) => refusal);
    expect(error).to.be.instanceOf(ApiError);
    const { code, reason, message } = (error as ApiError).status;
    return { code, reason, message };
  };

  it('has no place for so much: etcd’s words, without a reason', async () => {
    const env = [{ name: 'TEXT', value: 'x'.repeat(1_600_000) }];
    const large = { metadata: { name: 'large' }, spec: { containers: [{ name: 'main', image: 'main', env }] } };
    expect(await answer(plane.client.of(Pods).in('default').create(large))).to.deep.equal({
      code: 500,
      reason: undefined,
      message: 'etcdserver: request is too large',
    });
  });

  it('cannot be reached, does not answer in time, or says no', async () => {
    const fail = (kind: StoreFailure['kind']) => {
      store.failure = new StoreFailure(kind, 'etcd at http://x ...');
    };
    fail('unavailable');
    const away = { code: 503, reason: 'ServiceUnavailable', message: 'etcd at http://x ...' };
    expect(await answer(maps.get('a'))).to.deep.equal(away);
    // An admission plugin that could not look something up is not to blame.
    expect(await answer(maps.create({ metadata: { name: 'a' } }))).to.deep.equal(away);
    fail('timeout');
    expect(await answer(maps.get('a'))).to.deep.equal({
      code: 504,
      reason: 'Timeout',
      message: 'Timeout: request did not complete within requested timeout - etcd at http://x ...',
    });
    fail('refused');
    expect(await answer(maps.get('a'))).to.deep.equal({
      code: 500,
      reason: undefined,
      message: 'etcd at http://x ...',
    });
  });

  it('throws what is no failure of a store: a bug stays a bug', async () => {
    store.failure = new TypeError('x is not a function');
    expect(await maps.get('a').catch((error) => error)).to.equal(store.failure);
  });
});
