// The checker checked: histories that are right, on which it is silent, and histories with one fault planted in each, which it
// finds and calls by name.

import { expect } from 'chai';
import { checkHistory, reportViolations } from './check-history.ts';
import { deleteEvent, Planted, progress, putEvent, value } from './planted.fixture.ts';
import type { Refusal } from './record.ts';

const found = ({ record }: Planted): string[] => [...new Set(checkHistory(record).map(({ promise }) => promise))];
const ok = { is: 'ok' } as const;
const refused = (why: Refusal['why']): Refusal => ({ is: 'refused', why });

describe('history checker', () => {
  let planted: Planted;
  beforeEach(() => {
    planted = new Planted();
  });
  const { put, get, watch, call, begin } = {
    put: (...given: Parameters<Planted['put']>) => planted.put(...given),
    get: (...given: Parameters<Planted['get']>) => planted.get(...given),
    watch: (...given: Parameters<Planted['watch']>) => planted.watch(...given),
    call: (...given: Parameters<Planted['call']>) => planted.call(...given),
    begin: (...given: Parameters<Planted['begin']>) => planted.begin(...given),
  };

  describe('is silent when', () => {
    afterEach(() => expect(reportViolations(checkHistory(planted.record))).to.equal(''));

    it('writes, reads, lists, counts and watches agree', () => {
      const a2 = put('/a', 2);
      const b3 = put('/b', 3, undefined, 0);
      const a4 = put('/a', 4, a2, 2);
      call({ do: 'delete', key: '/b' }, { is: 'ok', seen: b3 });
      get('/a', a4);
      get('/b', undefined);
      get('/b', b3, 4);
      call({ do: 'list', prefix: '/' }, { is: 'ok', items: [a4], more: false, revision: 5 });
      call({ do: 'list', prefix: '/', at: 3, limit: 1 }, { is: 'ok', items: [a2], more: true, revision: 3 });
      call({ do: 'count', prefix: '/' }, { is: 'ok', count: 1 });
      call({ do: 'revision' }, { is: 'ok', revision: 5 });
      watch('/', 1, [putEvent(a2), putEvent(b3), putEvent(a4, a2), deleteEvent(b3, 5), progress(5)]);
      watch('/b', 3, [deleteEvent(b3, 5)], 'open');
      planted.record.push({ settled: true });
    });

    it('calls overlap and their order is not the order of their questions', () => {
      const late = begin({ do: 'put', key: '/a', n: 'a@3' });
      const read = begin({ do: 'get', key: '/a' });
      const a2 = put('/a', 2);
      late({ is: 'ok', seen: value('/a', 3, a2) });
      read({ is: 'ok', seen: a2 });
    });

    it('a write without an answer has happened, has not, or happens later', () => {
      const a2 = put('/a', 2);
      call({ do: 'put', key: '/a', n: 'a@3' }, { is: 'unknown' });
      call({ do: 'put', key: '/b', n: 'never' }, { is: 'unknown' });
      get('/a', a2);
      get('/a', value('/a', 3, a2));
      call({ do: 'delete', key: '/a' }, { is: 'unknown' });
      get('/a', undefined);
    });

    it('a write without an answer is known only by the version of the next', () => {
      const a2 = put('/a', 2);
      call({ do: 'put', key: '/a', n: 'unseen' }, { is: 'unknown' });
      const a4 = { ...value('/a', 4, a2), version: 3 };
      call({ do: 'put', key: '/a', n: a4.n }, { is: 'ok', seen: a4 });
    });

    it('what was compacted is refused', () => {
      const a2 = put('/a', 2);
      put('/a', 3, a2);
      call({ do: 'compact', before: 3 }, ok);
      call({ do: 'get', key: '/a', at: 2 }, refused('Compacted'));
      watch('/', 1, [], 'compacted');
    });

    it('a process was killed, and some of what was asked has happened', () => {
      const a2 = put('/a', 2);
      begin({ do: 'put', key: '/a', n: 'a@3' });
      begin({ do: 'put', key: '/a', n: 'never' });
      planted.kill();
      get('/a', value('/a', 3, a2));
    });
  });

  describe('finds', () => {
    const plant = (fault: string, promise: string, history: () => void) =>
      it(fault, () => {
        history();
        expect(found(planted)).to.include(promise);
      });

    plant('a lost write', 'linearizable', () => {
      put('/a', 2);
      get('/a', undefined);
    });
    plant('a lost deletion', 'linearizable', () => {
      const a2 = put('/a', 2);
      call({ do: 'delete', key: '/a' }, { is: 'ok', seen: a2 });
      get('/a', a2);
    });
    plant('a stale read', 'linearizable', () => {
      const a2 = put('/a', 2);
      put('/a', 3, a2);
      get('/a', a2);
    });
    plant('two reads that see two writes in two orders', 'linearizable', () => {
      const a2 = value('/a', 2);
      const a3 = value('/a', 3, a2);
      const ends = [a2, a3].map((seen) => [begin({ do: 'put', key: '/a', n: seen.n }), seen] as const);
      get('/a', a3);
      get('/a', a2);
      for (const [end, seen] of ends) end({ is: 'ok', seen });
    });
    plant('two winners of one guard', 'linearizable', () => {
      const a2 = put('/a', 2);
      const first = begin({ do: 'put', key: '/a', n: 'a@3', expect: 2 });
      const second = begin({ do: 'put', key: '/a', n: 'a@4', expect: 2 });
      const a3 = value('/a', 3, a2);
      first({ is: 'ok', seen: a3 });
      second({ is: 'ok', seen: value('/a', 4, a3) });
    });
    plant('a guard that refuses what it should let through', 'linearizable', () => {
      const a2 = put('/a', 2);
      call({ do: 'put', key: '/a', n: 'x', expect: 2 }, { is: 'refused', why: 'Conflict', seen: a2 });
    });
    plant('a deletion of nothing', 'linearizable', () => {
      put('/a', 2);
      call({ do: 'delete', key: '/a' }, refused('KeyNotFound'));
    });
    plant('an acknowledged write that is lost after a restart', 'linearizable', () => {
      const a2 = put('/a', 2);
      put('/a', 3, a2);
      planted.kill();
      get('/a', a2);
    });
    plant('a revision that is given out twice, after a restart', 'revisions', () => {
      put('/a', 2);
      planted.kill();
      put('/b', 2);
    });
    plant('a write of a killed process that happens after the kill', 'linearizable', () => {
      const a2 = put('/a', 2);
      begin({ do: 'put', key: '/a', n: 'a@3' });
      planted.kill();
      get('/a', a2);
      get('/a', value('/a', 3, a2));
    });
    plant('a phantom of a refused write', 'real', () => {
      const a2 = value('/a', 2);
      call({ do: 'put', key: '/a', n: a2.n }, refused('failed'));
      get('/a', a2);
    });
    plant('a value that nobody wrote', 'real', () => get('/a', value('/a', 2)));
    plant('an event that is shown before its write was asked for', 'real', () => {
      watch('/', 1, [putEvent(value('/a', 2))]);
      put('/a', 2);
    });
    plant('a revision that goes back', 'revisions', () => {
      put('/a', 7);
      put('/b', 6);
    });
    plant('a list that is older than what was known', 'revisions', () => {
      const a2 = put('/a', 2);
      put('/b', 3);
      call({ do: 'list', prefix: '/' }, { is: 'ok', items: [a2], more: false, revision: 2 });
    });
    plant('a wrong version', 'revisions', () => {
      const a2 = put('/a', 2);
      call({ do: 'put', key: '/a', n: 'x' }, { is: 'ok', seen: { ...value('/a', 3, a2), n: 'x', version: 1 } });
    });
    plant('a value that is told with two numbers', 'revisions', () => {
      const a2 = put('/a', 2);
      get('/a', { ...a2, modRevision: 3 });
    });
    plant('a read at a revision that differs from history', 'snapshot', () => {
      const a2 = put('/a', 2);
      const a3 = put('/a', 3, a2);
      get('/a', a3, 2);
    });
    plant('a list that mixes two revisions', 'snapshot', () => {
      const a2 = put('/a', 2);
      const b3 = put('/b', 3);
      const list = begin({ do: 'list', prefix: '/' });
      put('/a', 4, a2);
      const b5 = put('/b', 5, b3);
      list({ is: 'ok', items: [a2, b5], more: false, revision: 5 });
    });
    plant('a page that says that it is the last', 'snapshot', () => {
      const a2 = put('/a', 2);
      put('/b', 3);
      call({ do: 'list', prefix: '/', limit: 1 }, { is: 'ok', items: [a2], more: false, revision: 3 });
    });
    plant('a wrong count', 'snapshot', () => {
      put('/a', 2);
      call({ do: 'count', prefix: '/' }, { is: 'ok', count: 2 });
    });
    plant('a read of what was compacted', 'compaction', () => {
      const a2 = put('/a', 2);
      put('/a', 3, a2);
      call({ do: 'compact', before: 3 }, ok);
      get('/a', a2, 2);
    });
    plant('a refusal of what was not compacted', 'compaction', () => {
      put('/a', 2);
      call({ do: 'compact', before: 2 }, ok);
      call({ do: 'get', key: '/a', at: 2 }, refused('Compacted'));
    });
    plant('a watch that goes on over compacted history', 'compaction', () => {
      const a2 = put('/a', 2);
      const a3 = put('/a', 3, a2);
      const a4 = put('/a', 4, a3);
      call({ do: 'compact', before: 4 }, ok);
      watch('/', 1, [putEvent(a4, a3)]);
    });

    describe('of a watch', () => {
      const three = () => {
        const a2 = put('/a', 2);
        const b3 = put('/b', 3);
        const a4 = put('/a', 4, a2);
        return [putEvent(a2), putEvent(b3), putEvent(a4, a2)] as const;
      };

      plant('an event twice', 'unique', () => {
        const [first, second, third] = three();
        watch('/', 1, [first, second, second, third]);
      });
      plant('an event that is missing', 'reliable', () => {
        const [first, , third] = three();
        watch('/', 1, [first, third]);
      });
      plant('the last event missing, when all is quiet', 'reliable', () => {
        const [first, second] = three();
        watch('/', 1, [first, second], 'open');
        planted.record.push({ settled: true });
      });
      plant('events swapped', 'ordered', () => {
        const [first, second, third] = three();
        watch('/', 1, [first, third, second]);
      });
      plant('a key that nobody asked for', 'reliable', () => {
        const [first, second] = three();
        watch('/a', 1, [first, second]);
      });
      plant('a gap after it was resumed', 'resumable', () => {
        const [first, , third] = three();
        watch('/', 1, [first]);
        watch('/', 2, [third]);
      });
      plant('an event again that it had before it was resumed', 'resumable', () => {
        const [first, second] = three();
        watch('/', 2, [first, second]);
      });
      plant('progress that is told too early, and the event after it', 'bookmarkable', () => {
        const [first, second, third] = three();
        watch('/', 1, [first, progress(3), second, third]);
      });
      plant('progress that is told too early, and the event never', 'bookmarkable', () => {
        const [first, second] = three();
        watch('/', 1, [first, second, progress(4)]);
      });
      plant('a wrong previous', 'previous', () => {
        const [first, second] = three();
        watch('/', 1, [first, second, putEvent(value('/a', 4, value('/a', 2)))]);
      });
      plant('a part of a revision', 'atomic', () => {
        const [a2, b3, c4] = [put('/a', 2), put('/b', 3), put('/c', 4)];
        // A time to live that ended for two keys at once.
        watch('/', 3, [putEvent(c4), deleteEvent(a2, 5), deleteEvent(b3, 5)]);
        watch('/', 3, [putEvent(c4), deleteEvent(a2, 5), progress(6)]);
      });
      plant('an end that is neither the watcher’s nor compaction’s', 'reliable', () => watch('/', 1, [], 'failed'));
      plant('Compacted, though nobody compacted', 'compaction', () => watch('/', 1, [], 'compacted'));
    });

    it('and names the calls that contradict', () => {
      const a2 = put('/a', 2);
      put('/a', 3, a2);
      get('/a', a2);
      expect(reportViolations(checkHistory(planted.record))).to.equal(
        'linearizable: /a: no order of its calls explains their answers; 2 can be placed, then it holds a@3, and none of these can come next\n' +
          '    call3 [4..5] get /a -> a@2 (revision 2, created 2, version 1)\n',
      );
    });
  });
});
