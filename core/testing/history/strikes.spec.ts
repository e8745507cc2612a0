// Strikes counted on records made by hand.

import { expect } from 'chai';
import { Planted, progress } from './planted.fixture.ts';
import { Strikes } from './strikes.ts';

describe('strikes of faults', () => {
  it('name a fault that came, and that nothing felt, and one that never came', () => {
    const strikes = new Strikes(['the disk is full', 'the disk is slow', 'the cable is cut']);
    strikes.add([{ fault: 'the disk is full', struck: 0 }]);
    strikes.add([{ fault: 'the disk is slow', struck: 2 }]);
    expect(strikes.never).to.deep.equal(['the disk is full', 'the cable is cut', 'compaction under a watcher']);
    expect(strikes.words).to.match(/^the disk is full: 0, the disk is slow: 2, /);
  });

  it('count as struck by a kill who had no answer yet', () => {
    const idle = new Planted();
    idle.put('/a', 2);
    idle.kill();
    const busy = new Planted();
    busy.begin({ do: 'get', key: '/a' });
    busy.kill();
    const strikes = new Strikes([]);
    strikes.add(idle.record);
    expect(strikes.never).to.include('kill -9');
    strikes.add(busy.record);
    expect(strikes.never).not.to.include('kill -9');
  });

  it('count a compaction only under a watcher', () => {
    const alone = new Planted();
    alone.call({ do: 'compact', before: 2 }, { is: 'ok' });
    const watched = new Planted();
    watched.watch('/', 1, [progress(2)], 'open');
    watched.call({ do: 'compact', before: 2 }, { is: 'ok' });
    const strikes = new Strikes([]);
    strikes.add(alone.record);
    expect(strikes.never).to.deep.equal(['compaction under a watcher']);
    strikes.add(watched.record);
    expect(strikes.never).to.deep.equal([]);
  });
});
