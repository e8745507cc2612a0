import { expect } from 'chai';
import { MemoryStore } from '../../plugins/store-memory/memory-store.ts';
import { ConfigMaps } from '../model/config-map.ts';
import { ControlPlane } from '../testing/control-plane.ts';
import { nextTurn } from '../time/turn.ts';
import { VirtualClock } from '../time/virtual-clock.ts';

describe('fair turns', () => {
  it('leave the event loop a turn, however long somebody writes without a pause', async () => {
    const clock = new VirtualClock();
    const plane = new ControlPlane(new MemoryStore(clock), clock);
    let turns = 0;
    let over = false;
    const counting = (async () => {
      for (; !over; turns += 1) await nextTurn();
    })();
    const maps = plane.client.of(ConfigMaps).in('default');
    for (let at = 0; at < 640; at += 1) await maps.create({ metadata: { name: `map-${at}` } });
    over = true;
    await counting;
    expect(turns).to.be.at.least(9);
    await plane.stop();
  });

  it('hold virtual time: what is written is written before an instant ends', async () => {
    const clock = new VirtualClock();
    const plane = new ControlPlane(new MemoryStore(clock), clock);
    const maps = plane.client.of(ConfigMaps).in('default');
    let written = 0;
    clock.schedule(1000, async () => {
      for (let at = 0; at < 200; at += 1) {
        await maps.create({ metadata: { name: `map-${at}` } });
        written += 1;
      }
    });
    await clock.advance(1000);
    expect(written).to.equal(200);
    await plane.stop();
  });
});
