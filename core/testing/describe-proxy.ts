// What every Proxy must do, whoever wrote it. An implementation proves itself in one line:
//
//   describeProxy('userspace', () => loopbackBench((network) => new UserspaceProxy(network, clock, random)));
//
// The suite needs a bench: a wire with real servers on it, a client, and the proxy between them. Where the servers are
// and how a client reaches a service's address differs from proxy to proxy, so the bench knows it, and the suite does not.

import { expect } from 'chai';
import type { Protocol } from '../contracts/network.ts';
import type { Backend, Frontend, Proxy, ServiceTable } from '../contracts/proxy.ts';

/** One side of a TCP connection that stays open. */
export interface Conversation {
  /** Sends a line and waits for the answer. Rejects when the connection is broken. */
  ask(text: string): Promise<string>;
  close(): Promise<void>;
}

/** A pod's server. To each line it answers `NAME heard LINE`. */
export interface BenchServer {
  readonly address: string;
  readonly port: number;
  /** Takes nothing new and breaks off what there is. */
  stop(): Promise<void>;
}

export interface ProxyBench {
  readonly proxy: Proxy;
  /** A second proxy of the same make on the same wire, to take over from the first. */
  successor(): Proxy;
  serve(name: string, protocol: Protocol): Promise<BenchServer>;
  /** A node port that nobody uses. */
  freePort(protocol: Protocol): Promise<number>;
  /** Connects to a service as a client would. Rejects with an Error whose `code` is ECONNREFUSED where nobody listens. */
  connect(frontend: Frontend): Promise<Conversation>;
  /** Sends one datagram and waits for the answer. */
  askByDatagram(frontend: Frontend, text: string): Promise<string>;
  /** Sockets, rules and the like that the proxies on the wire hold. */
  held(): number;
  /** Ends servers, clients and proxies. */
  close(): Promise<void>;
}

/** A backend that takes connections, unless told otherwise. */
export const backendAt = ({ address, port }: BenchServer, state: Partial<Backend> = {}): Backend => ({
  address,
  port,
  ready: true,
  serving: true,
  terminating: false,
  ...state,
});

/** A frontend as core/network makes it: 10.96.0.10:80 of service default/web, unless told otherwise. */
export const frontendOf = (backends: readonly Backend[], of: Partial<Frontend> = {}): Frontend => {
  const frontend = {
    service: { namespace: 'default', name: 'web', port: '' },
    kind: 'ClusterIP' as const,
    address: '10.96.0.10',
    port: 80,
    protocol: 'TCP' as const,
    local: false,
    ...of,
    backends,
  };
  const { namespace, name, port } = frontend.service;
  return { id: `${namespace}/${name}${port && `:${port}`} ${frontend.kind}`, ...frontend };
};

export const tableOf = (...frontends: readonly Frontend[]): ServiceTable => ({
  frontends: new Map(frontends.map((frontend) => [frontend.id, frontend])),
});

export function describeProxy(name: string, make: () => ProxyBench | Promise<ProxyBench>): void {
  describe(`a proxy: ${name}`, () => {
    let bench: ProxyBench;
    let proxy: Proxy;

    beforeEach(async () => {
      bench = await make();
      proxy = bench.proxy;
    });
    afterEach(async () => {
      await bench.close();
      expect(bench.held(), 'what the proxies hold after they stopped').to.equal(0);
    });

    /** Makes the table so, and expects that it worked. */
    const sync = async (...frontends: Frontend[]) => {
      const { failed } = await proxy.sync(tableOf(...frontends), 'all');
      expect(failed).to.deep.equal([]);
    };
    /** The name of the server that a new connection reaches. */
    const reached = async (frontend: Frontend) => {
      const conversation = await bench.connect(frontend);
      const answer = await conversation.ask('hello');
      await conversation.close();
      return answer.replace(' heard hello', '');
    };
    const reachedBy = async (frontend: Frontend, times: number) => {
      const names: string[] = [];
      for (let time = 0; time < times; time += 1) names.push(await reached(frontend));
      return names;
    };
    const expectRefused = async (frontend: Frontend) => {
      const error = await bench.connect(frontend).then(
        (conversation) => conversation.close(),
        (reason: unknown) => reason,
      );
      expect(error, `the connection to ${frontend.id} was taken`).to.be.instanceOf(Error);
      expect((error as { code?: string }).code).to.equal('ECONNREFUSED');
    };

    describe('routes', () => {
      it('a service address to its pod', async () => {
        const web = frontendOf([backendAt(await bench.serve('web-1', 'TCP'))]);
        await sync(web);
        expect(await reached(web)).to.equal('web-1');
      });

      it('a node port to the same pods', async () => {
        const backends = [backendAt(await bench.serve('web-1', 'TCP'))];
        const inside = frontendOf(backends);
        const outside = frontendOf(backends, { kind: 'NodePort', address: '', port: await bench.freePort('TCP') });
        await sync(inside, outside);
        expect(await reached(outside)).to.equal('web-1');
        expect(await reached(inside)).to.equal('web-1');
      });

      it('each port of a service to its own backends', async () => {
        const service = { namespace: 'default', name: 'web' };
        const http = frontendOf([backendAt(await bench.serve('http', 'TCP'))], {
          service: { ...service, port: 'http' },
        });
        const admin = frontendOf([backendAt(await bench.serve('admin', 'TCP'))], {
          service: { ...service, port: 'admin' },
          port: 8080,
        });
        await sync(http, admin);
        expect(await reached(http)).to.equal('http');
        expect(await reached(admin)).to.equal('admin');
      });

      it('datagrams, and their answers back', async () => {
        const dns = frontendOf([backendAt(await bench.serve('dns-1', 'UDP'))], { protocol: 'UDP', port: 53 });
        await sync(dns);
        expect(await bench.askByDatagram(dns, 'hello')).to.equal('dns-1 heard hello');
      });

      it('datagrams to a node port', async () => {
        const dns = frontendOf([backendAt(await bench.serve('dns-1', 'UDP'))], {
          protocol: 'UDP',
          kind: 'NodePort',
          address: '',
          port: await bench.freePort('UDP'),
        });
        await sync(dns);
        expect(await bench.askByDatagram(dns, 'hello')).to.equal('dns-1 heard hello');
      });
    });

    describe('chooses', () => {
      it('among all endpoints', async () => {
        const names = ['web-1', 'web-2', 'web-3'];
        const servers = await Promise.all(names.map((server) => bench.serve(server, 'TCP')));
        const web = frontendOf(servers.map((server) => backendAt(server)));
        await sync(web);
        expect(new Set(await reachedBy(web, 60))).to.deep.equal(new Set(names));
      });

      it('never an endpoint that is not ready', async () => {
        const ready = await bench.serve('ready', 'TCP');
        const starting = await bench.serve('starting', 'TCP');
        const web = frontendOf([backendAt(ready), backendAt(starting, { ready: false, serving: false })]);
        await sync(web);
        expect(new Set(await reachedBy(web, 20))).to.deep.equal(new Set(['ready']));
      });

      it('endpoints that still serve while they terminate, when no other is left', async () => {
        const leaving = backendAt(await bench.serve('leaving', 'TCP'), { ready: false, terminating: true });
        const web = frontendOf([leaving]);
        await sync(web);
        expect(await reached(web)).to.equal('leaving');
      });

      it('the same endpoint for a client, with session affinity', async () => {
        const servers = await Promise.all(['web-1', 'web-2', 'web-3'].map((server) => bench.serve(server, 'TCP')));
        const web = frontendOf(
          servers.map((server) => backendAt(server)),
          { affinity: 10_800_000 },
        );
        await sync(web);
        expect(new Set(await reachedBy(web, 20)).size).to.equal(1);
      });

      it('another endpoint when the client’s own is gone', async () => {
        const servers = await Promise.all(['web-1', 'web-2'].map((server) => bench.serve(server, 'TCP')));
        const backends = servers.map((server) => backendAt(server));
        await sync(frontendOf(backends, { affinity: 10_800_000 }));
        const first = await reached(frontendOf(backends));
        const rest = frontendOf([backends[first === 'web-1' ? 1 : 0]!], { affinity: 10_800_000 });
        await sync(rest);
        expect(await reached(rest)).to.equal(first === 'web-1' ? 'web-2' : 'web-1');
      });
    });

    describe('refuses', () => {
      it('a service without endpoints, until it has one', async () => {
        const server = backendAt(await bench.serve('web-1', 'TCP'));
        const port = await bench.freePort('TCP');
        const empty = [frontendOf([]), frontendOf([], { kind: 'NodePort', address: '', port })];
        await sync(...empty);
        for (const frontend of empty) await expectRefused(frontend);
        const full = empty.map((frontend) => ({ ...frontend, backends: [server] }));
        await sync(...full);
        for (const frontend of full) expect(await reached(frontend)).to.equal('web-1');
        await sync(...empty);
        for (const frontend of empty) await expectRefused(frontend);
      });

      it('a service that is gone', async () => {
        const web = frontendOf([backendAt(await bench.serve('web-1', 'TCP'))]);
        await sync(web);
        await sync();
        await expectRefused(web);
      });
    });

    describe('changes', () => {
      it('only what it is told has changed', async () => {
        const backends = [backendAt(await bench.serve('one', 'TCP'))];
        const named = (service: string, address: string, of = backends) =>
          frontendOf(of, { service: { namespace: 'default', name: service, port: '' }, address });
        const one = named('one', '10.96.0.1');
        await sync(one);
        const two = named('two', '10.96.0.2', [backendAt(await bench.serve('two', 'TCP'))]);
        const { failed } = await proxy.sync(tableOf(one, two), new Set([two.id]));
        expect(failed).to.deep.equal([]);
        expect(await reached(one)).to.equal('one');
        expect(await reached(two)).to.equal('two');
        await proxy.sync(tableOf(two), new Set([one.id]));
        await expectRefused(one);
        expect(await reached(two)).to.equal('two');
      });

      it('leave connections alone that are under way', async () => {
        const old = await bench.serve('old', 'TCP');
        await sync(frontendOf([backendAt(old)]));
        const conversation = await bench.connect(frontendOf([]));
        expect(await conversation.ask('one')).to.equal('old heard one');
        const next = frontendOf([backendAt(await bench.serve('new', 'TCP'))]);
        await sync(next);
        expect(await reached(next)).to.equal('new');
        expect(await conversation.ask('two')).to.equal('old heard two');
        await sync();
        expect(await conversation.ask('three')).to.equal('old heard three');
        await conversation.close();
      });

      it('lose no connection, however many are being made meanwhile', async () => {
        const names = ['web-1', 'web-2', 'web-3', 'web-4'];
        const backends = (await Promise.all(names.map((server) => bench.serve(server, 'TCP')))).map((s) =>
          backendAt(s),
        );
        const web = frontendOf(backends.slice(0, 2));
        await sync(web);
        let asking = true;
        let answers = 0;
        const client = async () => {
          while (asking) {
            expect(names).to.include(await reached(web));
            answers += 1;
          }
        };
        const clients = Promise.all(Array.from({ length: 8 }, client));
        for (let round = 0; round < 40; round += 1) {
          const some = [backends[round % 4]!, backends[(round + 1) % 4]!];
          await proxy.sync(tableOf(frontendOf(some)), new Set([web.id]));
          const before = answers;
          // A change a moment: some connections are made, others are on their way, when the next one comes.
          while (answers < before + 4) await Promise.race([clients, reached(web)]);
        }
        asking = false;
        await clients;
        expect(answers).to.be.at.least(160);
      });
    });

    describe('hands over', () => {
      it('to a successor without refusing anybody', async () => {
        const web = frontendOf([backendAt(await bench.serve('web-1', 'TCP'))], {
          kind: 'NodePort',
          address: '',
          port: await bench.freePort('TCP'),
        });
        await sync(web);
        const conversation = await bench.connect(web);
        expect(await conversation.ask('one')).to.equal('web-1 heard one');
        let asking = true;
        const clients = Promise.all(
          Array.from({ length: 4 }, async () => {
            while (asking) expect(await reached(web)).to.equal('web-1');
          }),
        );
        const successor = bench.successor();
        expect((await successor.sync(tableOf(web), 'all')).failed).to.deep.equal([]);
        await proxy.stop({ keepRules: true });
        for (let time = 0; time < 20; time += 1) expect(await reached(web)).to.equal('web-1');
        asking = false;
        await clients;
        expect(await conversation.ask('two')).to.equal('web-1 heard two');
        await conversation.close();
        await successor.stop({ keepRules: false });
        await expectRefused(web);
      });

      it('nothing when the successor gives up', async () => {
        const web = frontendOf([backendAt(await bench.serve('web-1', 'TCP'))]);
        await sync(web);
        const successor = bench.successor();
        await successor.sync(tableOf(web), 'all');
        await successor.stop({ keepRules: false });
        await sync(web);
        expect(await reached(web)).to.equal('web-1');
      });
    });

    describe('stops', () => {
      it('and takes no connection any more, and breaks off those under way', async () => {
        const web = frontendOf([backendAt(await bench.serve('web-1', 'TCP'))]);
        await sync(web);
        const conversation = await bench.connect(web);
        await conversation.ask('one');
        await proxy.stop({ keepRules: false });
        expect(bench.held()).to.equal(0);
        await expectRefused(web);
        const broken = await conversation.ask('two').then(
          () => 'answered',
          () => 'broken',
        );
        expect(broken).to.equal('broken');
      });

      it('twice as once', async () => {
        await sync(frontendOf([backendAt(await bench.serve('web-1', 'TCP'))]));
        await proxy.stop({ keepRules: false });
        await proxy.stop({ keepRules: false });
      });
    });

    describe('traces', () => {
      it('where a packet may end, and changes nothing by it', async () => {
        const backends = (await Promise.all(['web-1', 'web-2'].map((one) => bench.serve(one, 'TCP')))).map((s) =>
          backendAt(s),
        );
        const web = frontendOf(backends);
        await sync(web);
        const packet = { destination: { address: web.address, port: web.port }, protocol: web.protocol };
        const route = proxy.trace(packet);
        expect(route.steps).not.to.deep.equal([]);
        expect(route.backends).not.to.deep.equal([]);
        for (const { address, port } of route.backends) {
          expect(backends.map((backend) => `${backend.address}:${backend.port}`)).to.include(`${address}:${port}`);
        }
        expect(proxy.trace(packet)).to.deep.equal(route);
      });

      it('that a packet goes nowhere', async () => {
        await sync(frontendOf([]));
        const to = (address: string) =>
          proxy.trace({ destination: { address, port: 80 }, protocol: 'TCP' }).backends.length;
        expect(to('10.96.0.10'), 'no endpoints').to.equal(0);
        expect(to('10.96.0.99'), 'no service').to.equal(0);
      });
    });
  });
}
