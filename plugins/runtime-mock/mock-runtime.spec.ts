import { expect } from 'chai';
import type { ContainerConfig } from '../../core/contracts/container-runtime.ts';
import { describeContainerRuntime, type Program } from '../../core/testing/describe-container-runtime.ts';
import { VirtualClock } from '../../core/time/virtual-clock.ts';
import { Addresses } from './addresses.ts';
import { MockRuntime } from './mock-runtime.ts';
import { NoNetwork } from './no-network.ts';
import { milliseconds } from './script.ts';

const program = (script: Readonly<Record<string, string>>): Program => ({
  image: 'nginx',
  command: [],
  args: [],
  annotations: Object.fromEntries(Object.entries(script).map(([name, value]) => [`mock.kubelab.dev/${name}`, value])),
});

describeContainerRuntime('mock', async () => {
  const clock = new VirtualClock();
  return {
    runtime: new MockRuntime('10.244.0.0/24', new NoNetwork(), clock),
    programs: {
      run: program({}),
      stubborn: program({ 'stop-delay': '24h' }),
      exit: (code) => program({ 'run-for': '1s', 'exit-code': String(code) }),
      print: (lines) => program({ log: lines.join('\n') }),
      broken: program({ 'start-error': 'exec: "nothing": executable file not found in $PATH' }),
      missing: program({ 'image-pull': 'fail' }),
    },
    pass: (ms) => clock.advance(ms),
    close: async () => {
      expect(clock.next, 'a timer is left').to.equal(undefined);
    },
  };
});

describe('MockRuntime', () => {
  let clock: VirtualClock;
  let runtime: MockRuntime;

  beforeEach(() => {
    clock = new VirtualClock();
    runtime = new MockRuntime('10.244.7.0/24', new NoNetwork(), clock);
  });
  afterEach(() => runtime.close());

  const config = (name: string, ports: number[] = []): ContainerConfig => ({
    name,
    attempt: 0,
    image: 'nginx',
    command: [],
    args: [],
    env: [],
    mounts: [],
    ports: ports.map((containerPort) => ({ containerPort, protocol: 'TCP' })),
    labels: {},
    annotations: {},
    tty: false,
    stdin: false,
    limits: {},
  });

  async function start(annotations: Record<string, string>, container = 'web', ports: number[] = []) {
    const sandbox = await runtime.runSandbox({
      namespace: 'default',
      name: 'web',
      uid: 'u',
      attempt: 0,
      hostname: 'web',
      labels: {},
      annotations,
      hostNetwork: false,
      dnsSearches: [],
    });
    const id = await runtime.createContainer(sandbox.id, config(container, ports));
    return { sandbox, id, started: runtime.startContainer(id) };
  }

  it('gives addresses of its node, in order', async () => {
    expect((await start({})).sandbox.address).to.equal('10.244.7.2');
    expect((await start({})).sandbox.address).to.equal('10.244.7.3');
  });

  it('needs no timer for a pod at rest', async () => {
    await (await start({})).started;
    expect(clock.next).to.equal(undefined);
  });

  it('lets a container be killed for its memory', async () => {
    const { id } = await start({ 'mock.kubelab.dev/oom-after': '3s' });
    await clock.advance(2_999);
    expect((await runtime.containerStatus(id))?.state).to.equal('running');
    await clock.advance(1);
    const status = await runtime.containerStatus(id);
    expect([status?.exitCode, status?.reason]).to.deep.equal([137, 'OOMKilled']);
  });

  it('listens to what is said of one container before what is said of all', async () => {
    const { id } = await start({ 'mock.kubelab.dev/exit-code': '1', 'mock.kubelab.dev/web.exit-code': '7' });
    await clock.settle();
    await clock.advance(0);
    expect((await runtime.containerStatus(id))?.exitCode).to.equal(7);
  });

  it('takes its time to start', async () => {
    const { id, started } = await start({ 'mock.kubelab.dev/start-delay': '2s' });
    await clock.advance(1_999);
    expect((await runtime.containerStatus(id))?.state).to.equal('created');
    await clock.advance(1);
    await started;
    expect((await runtime.containerStatus(id))?.state).to.equal('running');
  });

  it('answers on its ports once it is ready, and with 500 once it is unwell', async () => {
    const { sandbox, id } = await start(
      { 'mock.kubelab.dev/ready-after': '5s', 'mock.kubelab.dev/unhealthy-after': '10s' },
      'web',
      [80],
    );
    const answer = async (): Promise<string> => {
      try {
        const { readable, writable } = await runtime.portForward(sandbox.id, 80);
        const writer = writable.getWriter();
        const page = new Response(readable).text();
        await writer.write(new TextEncoder().encode('GET / HTTP/1.1\r\nHost: x\r\n\r\n'));
        return (await page).split('\r\n')[0] ?? '';
      } catch (error) {
        return (error as Error).message;
      }
    };
    const exitCode = async () => (await runtime.execSync(id, ['true'])).exitCode;
    await clock.advance(1_000);
    expect([await answer(), await exitCode()]).to.deep.equal([
      'dial tcp 10.244.7.2:80: connect: connection refused',
      1,
    ]);
    await clock.advance(4_000);
    expect([await answer(), await exitCode()]).to.deep.equal(['HTTP/1.1 200 OK', 0]);
    await clock.advance(5_000);
    expect([await answer(), await exitCode()]).to.deep.equal(['HTTP/1.1 500 Internal Server Error', 1]);
  });

  it('runs commands as its script says, and hears whoever attaches', async () => {
    const { annotations = {} } = program({ 'exec-output': 'hi\n', 'exec-exit-code': '4' });
    const { id, started } = await start(annotations);
    await started;
    const session = await runtime.exec(id, { command: ['cat'], stdin: true, tty: false });
    const output = new Response(session.stdout).text();
    const writer = session.stdin?.getWriter();
    await writer?.write(new TextEncoder().encode('and you?'));
    await writer?.close();
    expect([await output, await session.ended]).to.deep.equal(['hi\nand you?', { exitCode: 4 }]);

    const attached = await runtime.attach(id);
    const heard = new Response(attached.stdout).text();
    const stopped = runtime.stopContainer(id, 1_000);
    await clock.advance(1_000);
    await stopped;
    expect([await heard, await attached.ended]).to.deep.equal(['', { exitCode: 0 }]);
  });

  it('reads durations as Go writes them, and names the annotation that is none', () => {
    expect(milliseconds('1m30s', 'x')).to.equal(90_000);
    expect(milliseconds('500ms', 'x')).to.equal(500);
    expect(() => milliseconds('soon', 'mock.kubelab.dev/run-for')).to.throw(
      'mock.kubelab.dev/run-for: "soon" is not a duration; write it as 500ms, 5s or 1m30s',
    );
  });

  it('gives an address again only when it came back, and says when there is none', () => {
    const addresses = new Addresses('10.244.1.0/29');
    const taken = [1, 2, 3, 4, 5].map(() => addresses.take());
    expect(taken).to.deep.equal(['10.244.1.2', '10.244.1.3', '10.244.1.4', '10.244.1.5', '10.244.1.6']);
    expect(() => addresses.take()).to.throw('no IP addresses available in range set: 10.244.1.0/29');
    addresses.giveBack('10.244.1.4');
    expect(addresses.take()).to.equal('10.244.1.4');
  });
});
