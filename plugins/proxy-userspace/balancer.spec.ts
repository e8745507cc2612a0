import { expect } from 'chai';
import type { Backend } from '../../core/contracts/proxy.ts';
import { SeededRandom } from '../../core/time/random.ts';
import { VirtualClock } from '../../core/time/virtual-clock.ts';
import { Balancer } from './balancer.ts';

const backend = (number: number): Backend => ({
  address: `10.244.0.${number}`,
  port: 80,
  ready: true,
  serving: true,
  terminating: false,
});
const three = [1, 2, 3].map(backend);
const addresses = (backends: readonly (Backend | undefined)[]) => backends.map((one) => one?.address);

describe('balancer', () => {
  let clock: VirtualClock;
  let balancer: Balancer;

  beforeEach(() => {
    clock = new VirtualClock();
    balancer = new Balancer(clock, new SeededRandom(1));
  });
  const take = (times: number, client = 'a') => Array.from({ length: times }, () => balancer.next(client));

  it('takes the endpoints in turn', () => {
    balancer.update(three, undefined);
    const taken = take(6);
    expect(taken.slice(0, 3)).to.have.members(three);
    expect(taken.slice(3)).to.deep.equal(taken.slice(0, 3));
  });

  it('goes on in turn when an update changes nothing, and shuffles when it does', () => {
    balancer.update(three, undefined);
    const [first] = take(1);
    balancer.update([...three].reverse(), undefined);
    expect(addresses(take(3)).at(2), 'the first comes round last').to.equal(first?.address);
    const many = Array.from({ length: 50 }, (_, at) => backend(at));
    balancer.update(many, undefined);
    expect(addresses(balancer.endpoints)).not.to.deep.equal(addresses(many));
    expect(new Set(take(50)).size).to.equal(50);
  });

  it('has nobody to choose when there are no endpoints', () => {
    balancer.update([], 10_000);
    expect(balancer.next('a')).to.equal(undefined);
    balancer.update(three, 10_000);
    balancer.update([], 10_000);
    expect(balancer.next('a')).to.equal(undefined);
  });

  it('keeps a client with its pod as long as it comes back in time, each visit anew', async () => {
    balancer.update(three, 10_000);
    const [first] = take(1);
    for (let visit = 0; visit < 5; visit += 1) {
      await clock.advance(9_000);
      expect(balancer.next('a')).to.equal(first);
    }
    await clock.advance(10_000);
    expect(balancer.next('a')).not.to.equal(first);
  });

  it('gives each client a pod of its own turn', () => {
    balancer.update(three, 10_000);
    expect(['a', 'b', 'c', 'a', 'b', 'c'].map((client) => balancer.next(client)?.address).slice(0, 3)).to.have.members(
      addresses(three),
    );
    expect(balancer.next('a')).to.equal(balancer.next('a'));
  });

  it('forgets an affinity when the pod does not answer, or is gone', () => {
    balancer.update(three, 10_000);
    const [first] = take(1);
    const second = balancer.next('a', true);
    expect(second).not.to.equal(first);
    expect(balancer.next('a')).to.equal(second);
    const rest = three.filter((one) => one !== second);
    balancer.update(rest, 10_000);
    expect(rest).to.include(balancer.next('a'));
  });

  it('tells where a client would go without sending it there', () => {
    balancer.update(three, 10_000);
    const { backend: next, stays } = balancer.peek('a');
    expect(stays).to.equal(false);
    expect(balancer.peek('a').backend).to.equal(next);
    expect(balancer.next('a')).to.equal(next);
    expect(balancer.peek('a')).to.deep.equal({ backend: next, stays: true });
  });

  it('hands affinities over to a successor', () => {
    balancer.update(three, 10_000);
    const [first] = take(1);
    const successor = new Balancer(clock, new SeededRandom(2));
    successor.update(three, 10_000);
    successor.inherit(balancer);
    expect(successor.next('a')).to.equal(first);
  });
});
