import { expect } from 'chai';
import { VirtualClock } from '../../core/time/virtual-clock.ts';
import { type HealthCheck, health } from './health.ts';

describe('health', () => {
  const clock = new VirtualClock();
  const checks: readonly HealthCheck[] = [
    { name: 'ping', check: async () => {} },
    { name: 'etcd', check: () => Promise.reject(new Error('etcd at http://127.0.0.1:2379 does not answer')) },
  ];
  const ask = (path: string, query = '') => health(path, checks, new URLSearchParams(query), clock);

  it('shows every check when one fails, without the reason, as everybody may ask', async () => {
    for (const [path, query] of [['/livez'], ['/livez', 'verbose']])
      expect(await ask(path ?? '', query)).to.deep.equal({
        code: 500,
        text: '[+]ping ok\n[-]etcd failed: reason withheld\nlivez check failed\n',
      });
    expect(await ask('/livez', 'exclude=etcd')).to.deep.equal({ code: 200, text: 'ok' });
  });

  it('tells the reason at the path of the check', async () => {
    expect(await ask('/readyz/etcd')).to.deep.equal({
      code: 500,
      text: 'internal server error: etcd at http://127.0.0.1:2379 does not answer\n',
    });
  });

  it('does not wait for ever', async () => {
    const asked = health(
      '/readyz/slow',
      [{ name: 'slow', check: () => new Promise(() => {}) }],
      new URLSearchParams(),
      clock,
    );
    await clock.advance(2000);
    expect((await asked).text).to.equal('internal server error: no answer within 2 s\n');
  });
});
