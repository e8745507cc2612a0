import { expect } from 'chai';
import { AddressPool } from './address-pool.ts';
import { formatAddress, inRange, isLoopback, isUnspecified, parseAddress, parseRange } from './ipv4.ts';
import { NameTable } from './name-table.ts';
import { PortTable } from './port-table.ts';
import { VirtualNetwork } from './virtual-network.ts';

describe('the tables of the virtual network', () => {
  it('knows addresses and ranges', () => {
    expect(formatAddress(parseAddress('10.244.1.5')!)).to.equal('10.244.1.5');
    expect(parseAddress('::ffff:10.244.1.5')).to.equal(parseAddress('10.244.1.5'));
    for (const wrong of ['10.1.2', '10.1.2.256', 'web', '::1', ''])
      expect(parseAddress(wrong), wrong).to.equal(undefined);
    expect(inRange(parseRange('10.96.0.0/12'), parseAddress('10.111.255.255')!)).to.equal(true);
    expect(inRange(parseRange('10.96.0.0/12'), parseAddress('10.112.0.0')!)).to.equal(false);
    expect(() => parseRange('10.96.0.0')).to.throw('is no IPv4 range');
    expect(['127.0.0.1', '127.9.9.9', '::1'].every(isLoopback)).to.equal(true);
    expect(['', '::', '0.0.0.0'].every(isUnspecified)).to.equal(true);
  });

  it('gives out all addresses of a range once, and those that came back last', () => {
    const pool = new AddressPool('10.244.1.0/29');
    const taken = Array.from({ length: 5 }, () => pool.take());
    expect(taken).to.deep.equal(['10.244.1.2', '10.244.1.3', '10.244.1.4', '10.244.1.5', '10.244.1.6']);
    expect(() => pool.take()).to.throw('no IP addresses available in range set: 10.244.1.1-10.244.1.6');
    pool.give('10.244.1.4');
    expect(pool.take()).to.equal('10.244.1.4');
    const fresh = new AddressPool('10.244.2.0/24');
    fresh.give(fresh.take());
    expect(fresh.take()).to.equal('10.244.2.3');
  });

  it('has one listener a port, and prefers what a program said to what was expected of it', () => {
    const table = new PortTable();
    const at = (port: number) => ({ host: '127.0.0.1', port });
    const forget = table.add('10.244.1.2', 80, 'TCP', at(4000), true);
    expect(table.resolve('10.244.1.2', 80, 'TCP')).to.deep.equal(at(4000));
    const remove = table.add('10.244.1.2', 80, 'TCP', at(5000));
    expect(table.resolve('10.244.1.2', 80, 'TCP')).to.deep.equal(at(5000));
    expect(table.add('10.244.1.2', 80, 'TCP', at(6000))).to.equal(undefined);
    expect(table.add('10.244.1.2', 80, 'UDP', at(6000))).to.be.a('function');
    expect(table.nominal(at(5000), 'TCP')).to.deep.equal({ address: '10.244.1.2', port: 80 });
    remove?.();
    forget?.();
    expect(table.resolve('10.244.1.2', 80, 'TCP')).to.equal(undefined);
    expect(table.nominal(at(5000), 'TCP')).to.equal(undefined);
  });

  it("finds names by the pod's search domains, in turn, and asks outside only for what is not the cluster's", () => {
    const names = new NameTable('cluster.local');
    const searches = ['default.svc.cluster.local', 'svc.cluster.local', 'cluster.local'];
    names.replace([
      { name: 'web.default.svc.cluster.local', addresses: ['10.96.0.1'] },
      { name: 'web.other.svc.cluster.local.', addresses: ['10.96.0.2'] },
      { name: 'many.default.svc.cluster.local', addresses: ['1.1.1.1', '2.2.2.2'] },
    ]);
    expect(names.lookup('WEB', searches)).to.deep.equal(['10.96.0.1']);
    expect(names.lookup('web.other', searches)).to.deep.equal(['10.96.0.2']);
    expect(names.lookup('web.other.svc', searches)).to.deep.equal(['10.96.0.2']);
    expect(names.lookup('web.default.svc.cluster.local.', searches)).to.deep.equal(['10.96.0.1']);
    expect(names.lookup('web.', searches)).to.equal('none');
    expect(names.lookup('nobody', searches)).to.equal('none');
    expect(names.lookup('nobody.default.svc.cluster.local', searches)).to.equal('none');
    expect(names.lookup('constructor', searches)).to.equal('none');
    expect(names.lookup('example.com', searches)).to.equal('outside');
    expect(names.lookup('localhost', searches)).to.deep.equal(['127.0.0.1']);
    const first = names.lookup('many', searches);
    expect(first).to.have.members(['1.1.1.1', '2.2.2.2']);
    expect(names.lookup('many', searches)).to.deep.equal([...(first as string[])].reverse());
    names.replace([]);
    expect(names.lookup('web', searches)).to.equal('none');
  });

  it('follows a name that stands for another, in the cluster or outside, but not in circles', () => {
    const names = new NameTable('cluster.local');
    const searches = ['default.svc.cluster.local'];
    const alias = (name: string, to: string) => ({
      name: `${name}.default.svc.cluster.local`,
      addresses: [],
      alias: to,
    });
    names.replace([
      { name: 'web.default.svc.cluster.local', addresses: ['10.96.0.1'] },
      alias('inside', 'web.default.svc.cluster.local'),
      alias('twice', 'inside.default.svc.cluster.local.'),
      alias('outside', 'db.example.com'),
      alias('short', 'web'),
      alias('ring', 'ring.default.svc.cluster.local'),
    ]);
    expect(names.lookup('inside', searches)).to.deep.equal(['10.96.0.1']);
    expect(names.lookup('twice', searches)).to.deep.equal(['10.96.0.1']);
    expect(names.lookup('outside', searches)).to.deep.equal({ outside: 'db.example.com' });
    expect(names.lookup('short', searches), 'an alias is a whole name').to.equal('none');
    expect(names.lookup('ring', searches)).to.equal('none');
  });

  it("tells nominal addresses from the machine's own", async () => {
    const network = new VirtualNetwork();
    expect(network.resolve('127.0.0.1', 6443, 'TCP')).to.deep.equal({ host: '127.0.0.1', port: 6443 });
    expect(network.resolve('10.244.1.2', 80, 'TCP')).to.equal(undefined);
    const registration = network.register('10.96.0.1', 443, 'TCP', { host: '127.0.0.1', port: 6443 });
    expect(() => network.register('10.96.0.1', 443, 'TCP', { host: '127.0.0.1', port: 1 })).to.throw(
      'registered already',
    );
    const pod = await network.attach('10.245.0.0/24', { hostname: 'one', searches: [], hostNetwork: false });
    expect(pod.address).to.equal('10.245.0.2');
    expect(pod.dial('10.96.0.1', 443, 'TCP')).to.deep.include({ to: { host: '127.0.0.1', port: 6443 } });
    registration.close();
    expect(pod.dial('10.96.0.1', 443, 'TCP')).to.deep.equal({ error: 'ECONNREFUSED', address: '10.96.0.1' });
    expect(pod.dial('10.245.0.9', 80, 'TCP')).to.deep.equal({ error: 'EHOSTUNREACH', address: '10.245.0.9' });
    expect(pod.dial('one', 80, 'TCP')).to.have.property('error', 'ECONNREFUSED');
    expect(pod.dial('8.8.8.8', 80, 'TCP')).to.deep.equal({ outside: true });
    expect(pod.dial('localhost', 80, 'TCP')).to.deep.equal({ error: 'ECONNREFUSED', address: '127.0.0.1' });
    const host = await network.attach('10.245.0.0/24', { hostname: 'two', searches: [], hostNetwork: true });
    expect([host.address, host.dial('localhost', 80, 'TCP')]).to.deep.equal(['', { outside: true }]);
    await network.close();
  });
});
