import { expect } from 'chai';
import { MemoryStore } from '../../plugins/store-memory/memory-store.ts';
import { type Pod, Pods } from '../model/pod.ts';
import { expired } from '../model/status.ts';
import { ControlPlane } from '../testing/control-plane.ts';
import { SeededRandom } from '../time/random.ts';
import { VirtualClock } from '../time/virtual-clock.ts';
import { SharedFleet } from './fleet.ts';

describe('SharedFleet', () => {
  let clock: VirtualClock;
  let plane: ControlPlane;
  let fleet: SharedFleet;

  beforeEach(() => {
    clock = new VirtualClock();
    plane = new ControlPlane(new MemoryStore(clock), clock);
    fleet = new SharedFleet({ client: plane.faulty, clock, random: new SeededRandom(1) });
  });

  afterEach(async () => {
    fleet.stop();
    await clock.settle();
    expect(plane.faulty.openWatches).to.equal(0);
    await plane.stop();
  });

  const pods = () => plane.client.of(Pods).in('default');
  const spec = (nodeName?: string) => ({ containers: [{ name: 'main', image: 'web' }], ...(nodeName && { nodeName }) });
  const put = (name: string, node?: string) => pods().create({ metadata: { name }, spec: spec(node) } as never);
  const now = { gracePeriodSeconds: 0 };

  /** What a node is told, as `apply web`. */
  function follow(node: string) {
    const told: string[] = [];
    const subscription = fleet
      .podsOf(node)
      .changes.subscribe(({ type, object }) => told.push(`${type} ${object.metadata.name}`));
    return { told, subscription };
  }

  it('tells each node of its own pods, with one watch for all', async () => {
    await put('there', 'node-1');
    await fleet.podsOf('node-1').whenSynced();
    const one = follow('node-1');
    const two = follow('node-2');
    await put('a', 'node-2');
    await put('nowhere');
    await pods().delete('there', now);
    await clock.settle();
    expect(one.told).to.deep.equal(['apply there', 'delete there']);
    expect(two.told).to.deep.equal(['apply a']);
    expect(fleet.podsOf('node-2').all()).to.have.length(1);
    expect(plane.faulty.openWatches).to.equal(1);
  });

  it('tells of a pod when it is bound, and no more once a node has left', async () => {
    await fleet.podsOf('node-1').whenSynced();
    const one = follow('node-1');
    await put('web');
    await pods().post('web', 'binding', { metadata: { name: 'web' }, target: { kind: 'Node', name: 'node-1' } });
    await clock.settle();
    expect(one.told).to.deep.equal(['apply web']);
    one.subscription.unsubscribe();
    await pods().delete('web', now);
    await clock.settle();
    expect(one.told).to.deep.equal(['apply web']);
  });

  it('a namesake made while nobody watched is the end of the former pod, also on another node', async () => {
    await put('web', 'node-1');
    await fleet.podsOf('node-1').whenSynced();
    const one = follow('node-1');
    const two = follow('node-2');
    plane.faulty.cutWatches(expired('too old'));
    await pods().delete('web', now);
    const after: Pod = await put('web', 'node-2');
    await clock.advance(5000);
    expect(one.told).to.deep.equal(['apply web', 'delete web']);
    expect(two.told).to.deep.equal(['apply web']);
    expect(fleet.podsOf('node-2').all()[0]?.metadata.uid).to.equal(after.metadata.uid);
  });
});
