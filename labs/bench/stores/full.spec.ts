import { expect } from 'chai';
import { judgedHeld, judgedStart, podsText } from './full.ts';

describe('bench stores/full', () => {
  it('judges figures of as many pods as are wanted', () => {
    expect(judgedHeld('memory', 150_000)).to.deep.equal({ wanted: '150,000', verdict: 'reached' });
    expect(judgedStart('LMDB', 150_000, 4000)).to.deep.equal({ wanted: '< 5,000', verdict: 'reached' });
    expect(judgedStart('LMDB', 150_000, 6000)).to.deep.equal({ wanted: '< 5,000', verdict: 'MISSED' });
    expect(podsText(150_000)).to.equal('150,000');
  });

  it('reaches nothing with fewer pods, and says how many there were', () => {
    expect(podsText(42_000)).to.equal('42,000 of 150,000');
    expect(judgedHeld('LMDB', 42_000).verdict).to.equal('MISSED');
    expect(judgedStart('LMDB', 42_000, 1000).verdict).to.equal('MISSED: too few pods');
  });

  it('reaches nothing with what was not measured', () => {
    expect(judgedStart('LMDB', 150_000, undefined).verdict).to.equal('MISSED');
    expect(judgedHeld('LMDB', undefined).verdict).to.equal('MISSED');
    expect(podsText(undefined)).to.equal('0 of 150,000');
  });

  it('does not judge etcd, which the others are compared with', () => {
    expect(judgedHeld('etcd', 42_000)).to.deep.equal({ wanted: '', verdict: '' });
    expect(judgedStart('etcd', 150_000, 20_000)).to.deep.equal({ wanted: '', verdict: '' });
  });
});
