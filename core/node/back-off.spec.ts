import { expect } from 'chai';
import { BackOff, duration } from './back-off.ts';
import { expand, serviceVariables } from './environment.ts';
import { selectLines } from './log-lines.ts';

describe('BackOff', () => {
  it('doubles from 10 s to 5 minutes', () => {
    const backOff = new BackOff();
    const delays = [1, 2, 3, 4, 5, 6, 7].map((at) => {
      backOff.next('web', at);
      return backOff.delay('web') / 1000;
    });
    expect(delays).to.deep.equal([10, 20, 40, 80, 160, 300, 300]);
  });

  it('counts from when the container ended, and forgets after 10 quiet minutes', () => {
    const backOff = new BackOff();
    expect(backOff.remaining('web', 0, 0)).to.equal(0);
    backOff.next('web', 0);
    expect(backOff.remaining('web', 1_000, 4_000)).to.equal(7_000);
    expect(backOff.remaining('web', 1_000, 12_000)).to.equal(0);
    expect(backOff.remaining('web', 600_001, 600_002)).to.equal(0);
    backOff.next('web', 600_001);
    expect(backOff.delay('web')).to.equal(10_000);
  });

  it('is shown as Go shows durations', () => {
    expect([0, 500, 10_000, 80_000, 300_000, 3_723_500].map(duration)).to.deep.equal([
      '0s',
      '500ms',
      '10s',
      '1m20s',
      '5m0s',
      '1h2m3.5s',
    ]);
  });
});

describe('expand', () => {
  const known = new Map([
    ['A', '1'],
    ['B', '$(A)'],
  ]);
  for (const [text, expected] of [
    ['$(A)', '1'],
    ['$$(A)', '$(A)'],
    ['$$$(A)', '$1'],
    ['$(B)', '$(A)'],
    ['$(C) $A $( $(', '$(C) $A $( $('],
    ['100$', '100$'],
  ]) {
    it(`${text} gives ${expected}`, () => {
      expect(expand(text as string, known)).to.equal(expected);
    });
  }
});

describe('serviceVariables', () => {
  it('tells of each service with an address', () => {
    const service = (name: string, clusterIP: string) => ({
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name, namespace: 'default', uid: '', resourceVersion: '', creationTimestamp: '' },
      spec: { clusterIP, ports: [{ name: 'http', port: 80, protocol: 'TCP' }] },
    });
    const services = [service('my-web', '10.96.0.7'), service('headless', 'None')];
    expect(Object.fromEntries(serviceVariables(services, true))).to.deep.equal({
      MY_WEB_SERVICE_HOST: '10.96.0.7',
      MY_WEB_SERVICE_PORT: '80',
      MY_WEB_SERVICE_PORT_HTTP: '80',
      MY_WEB_PORT: 'tcp://10.96.0.7:80',
      MY_WEB_PORT_80_TCP: 'tcp://10.96.0.7:80',
      MY_WEB_PORT_80_TCP_PROTO: 'tcp',
      MY_WEB_PORT_80_TCP_PORT: '80',
      MY_WEB_PORT_80_TCP_ADDR: '10.96.0.7',
    });
    expect(serviceVariables(services, false).size).to.equal(0);
  });
});

describe('selectLines', () => {
  const lines = [1, 2, 3].map((n) => ({ at: n * 1_000, text: `${n}` }));
  const texts = (options: Parameters<typeof selectLines>[1]) =>
    selectLines(lines, options, 4_000).map(({ text }) => text);

  it('takes the young ones, and of them the last', () => {
    expect(texts({})).to.deep.equal(['1', '2', '3']);
    expect(texts({ tailLines: 2 })).to.deep.equal(['2', '3']);
    expect(texts({ tailLines: 0 })).to.deep.equal([]);
    expect(texts({ sinceSeconds: 2 })).to.deep.equal(['2', '3']);
    expect(texts({ sinceTime: '1970-01-01T00:00:03Z', tailLines: 5 })).to.deep.equal(['3']);
  });
});
