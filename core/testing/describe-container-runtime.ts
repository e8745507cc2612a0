// The suite that every ContainerRuntime passes:
//
//   describeContainerRuntime('mock', async () => ({ runtime, programs, pass: (ms) => clock.advance(ms), close }));
//
// It needs to know programs that behave in known ways on that runtime, and how time passes there. It never sleeps: it
// waits for changes that the runtime tells of, so a runtime that forgets to tell one runs into mocha's time limit.

import { expect } from 'chai';
import type { Subscription } from 'rxjs';
import {
  type ContainerConfig,
  type ContainerRuntime,
  type ContainerStatus,
  ImageError,
  nothingSaid,
  type RuntimeChange,
  type SandboxConfig,
  type SandboxStatus,
} from '../contracts/container-runtime.ts';
import type { LogOptions } from '../contracts/kubelet-connection.ts';

/** A program, as a container runs it. Annotations are for runtimes that are told behaviour by them. */
export type Program = Pick<ContainerConfig, 'image' | 'command' | 'args'> &
  Partial<Pick<ContainerConfig, 'annotations'>>;

export interface RuntimeUnderTest {
  readonly runtime: ContainerRuntime;
  readonly programs: {
    /** Runs until it is stopped; ends within a second of SIGTERM. */
    readonly run: Program;
    /** Runs, and does not listen to SIGTERM. */
    readonly stubborn: Program;
    /** Ends by itself, soon, with this code. */
    exit(code: number): Program;
    /** Prints these lines, then runs until it is stopped. */
    print(lines: readonly string[]): Program;
    /** Cannot be started: the image is there, the program is not. */
    readonly broken: Program;
    /** The image cannot be had; undefined where every image can. */
    readonly missing?: Program;
  };
  /** Lets so many milliseconds of a virtual clock pass. Absent where time is real. */
  pass?(milliseconds: number): Promise<void>;
  /** Ends what `make` began beside the runtime. Called after `runtime.close()`. */
  close?(): Promise<void>;
}

export function describeContainerRuntime(name: string, make: () => Promise<RuntimeUnderTest>): void {
  describe(`ContainerRuntime ${name}`, () => {
    let under: RuntimeUnderTest;
    let runtime: ContainerRuntime;
    let seen: RuntimeChange[];
    let subscription: Subscription;
    let wake: () => void;

    beforeEach(async () => {
      under = await make();
      runtime = under.runtime;
      seen = [];
      wake = () => {};
      subscription = runtime.changes().subscribe((change) => {
        seen.push(change);
        wake();
      });
    });

    afterEach(async () => {
      subscription.unsubscribe();
      await runtime.close();
      await under.close?.();
    });

    /** Looks again after each change that the runtime tells of, until the check gives something. */
    async function when<T>(check: () => Promise<T | undefined | false>): Promise<T> {
      for (;;) {
        const told = new Promise<void>((resolve) => {
          wake = resolve;
        });
        const found = await check();
        if (found) return found;
        await (under.pass ? under.pass(100) : told);
      }
    }

    /** Waits for what may need time to pass. */
    async function ended<T>(work: Promise<T>): Promise<T> {
      let open = true;
      const over = () => {
        open = false;
      };
      work.then(over, over);
      while (open && under.pass) await under.pass(100);
      return work;
    }

    const sandboxConfig = (pod: string, program?: Program): SandboxConfig => ({
      namespace: 'default',
      name: pod,
      uid: `uid-of-${pod}`,
      attempt: 0,
      hostname: pod,
      labels: { app: pod },
      annotations: program?.annotations ?? {},
      hostNetwork: false,
      dnsSearches: ['default.svc.cluster.local', 'svc.cluster.local', 'cluster.local'],
    });

    const containerConfig = (program: Program, more: Partial<ContainerConfig> = {}): ContainerConfig => ({
      name: 'main',
      attempt: 0,
      ...nothingSaid,
      ...program,
      ...more,
    });

    /** A pod with one started container. */
    async function started(pod: string, program: Program, more: Partial<ContainerConfig> = {}) {
      const sandbox = await runtime.runSandbox(sandboxConfig(pod, program));
      await ended(runtime.pullImage(program.image, 'IfNotPresent', { sandboxId: sandbox.id, container: 'main' }));
      const id = await runtime.createContainer(sandbox.id, containerConfig(program, more));
      await ended(runtime.startContainer(id));
      return { sandbox, id };
    }

    const state = (id: string, wanted: ContainerStatus['state']): Promise<ContainerStatus> =>
      when(async () => {
        const status = await runtime.containerStatus(id);
        return status?.state === wanted && status;
      });

    async function text(stream: ReadableStream<Uint8Array>): Promise<string> {
      const decoder = new TextDecoder();
      let all = '';
      for await (const bytes of stream as unknown as AsyncIterable<Uint8Array>)
        all += decoder.decode(bytes, { stream: true });
      return all;
    }

    /** Logs reach the runtime a little after they are printed: looks until they are there. */
    async function logsOf(id: string, options: LogOptions, complete: (all: string) => boolean): Promise<string> {
      const abort = new AbortController();
      const reader = runtime.logs(id, { ...options, follow: true }, abort.signal).getReader();
      const decoder = new TextDecoder();
      let all = '';
      while (!complete(all)) {
        const { value, done } = await reader.read();
        if (done) break;
        all += decoder.decode(value, { stream: true });
      }
      abort.abort();
      await reader.cancel();
      return all;
    }

    describe('sandboxes', () => {
      it('gives each sandbox an id and an address of its own', async () => {
        const one: SandboxStatus = await runtime.runSandbox(sandboxConfig('one'));
        const two = await runtime.runSandbox(sandboxConfig('two'));
        expect(one.state).to.equal('ready');
        expect(one.id).not.to.equal(two.id);
        expect(one.address).to.match(/^\d+\.\d+\.\d+\.\d+$/);
        expect(one.address).not.to.equal(two.address);
        expect(one.config).to.deep.equal(sandboxConfig('one'));
      });

      it('finds sandboxes again, by id and in the list', async () => {
        const { id } = await runtime.runSandbox(sandboxConfig('one'));
        expect((await runtime.sandboxStatus(id))?.config.name).to.equal('one');
        expect((await runtime.listSandboxes()).map((sandbox) => sandbox.id)).to.deep.equal([id]);
        expect(await runtime.sandboxStatus('nobody')).to.equal(undefined);
      });

      it('gives no address to a pod on the host network', async () => {
        expect((await runtime.runSandbox({ ...sandboxConfig('one'), hostNetwork: true })).address).to.equal('');
      });

      it('ends what runs in a sandbox that is stopped, and keeps what it was', async () => {
        const { sandbox, id } = await started('one', under.programs.run);
        await ended(runtime.stopSandbox(sandbox.id));
        expect((await runtime.sandboxStatus(sandbox.id))?.state).to.equal('not ready');
        expect((await state(id, 'exited')).exitCode).to.be.a('number');
      });

      it('removes a sandbox with all its containers', async () => {
        const { sandbox, id } = await started('one', under.programs.run);
        await ended(runtime.removeSandbox(sandbox.id));
        expect(await runtime.sandboxStatus(sandbox.id)).to.equal(undefined);
        expect(await runtime.containerStatus(id)).to.equal(undefined);
        expect(await runtime.listSandboxes()).to.deep.equal([]);
        expect(await runtime.listContainers()).to.deep.equal([]);
      });

      it('stops and removes twice as once', async () => {
        const { id } = await runtime.runSandbox(sandboxConfig('one'));
        await runtime.stopSandbox(id);
        await runtime.stopSandbox(id);
        await runtime.removeSandbox(id);
        await runtime.removeSandbox(id);
        await runtime.stopSandbox(id);
      });
    });

    describe('containers', () => {
      it('goes from created to running, and tells of it', async () => {
        const sandbox = await runtime.runSandbox(sandboxConfig('one', under.programs.run));
        const config = containerConfig(under.programs.run);
        await ended(runtime.pullImage(config.image, 'IfNotPresent', { sandboxId: sandbox.id, container: 'main' }));
        const id = await runtime.createContainer(sandbox.id, config);
        const created = await runtime.containerStatus(id);
        expect(created?.state).to.equal('created');
        expect(created?.config).to.deep.equal(config);
        await ended(runtime.startContainer(id));
        const running = await state(id, 'running');
        expect(running.startedAt).to.be.at.least(running.createdAt);
        expect(running.imageId).to.be.a('string').that.is.not.empty;
        expect(seen.some((change) => change.sandboxId === sandbox.id && change.containerId === id)).to.equal(true);
      });

      for (const code of [0, 1, 42]) {
        it(`reports exit code ${code}`, async () => {
          const { id } = await started('one', under.programs.exit(code));
          const status = await state(id, 'exited');
          expect(status.exitCode).to.equal(code);
          expect(status.reason).to.equal(code === 0 ? 'Completed' : 'Error');
          expect(status.finishedAt).to.be.at.least(status.startedAt ?? Number.NaN);
        });
      }

      it('shows a program that cannot be started as exited, 128, StartError', async () => {
        const sandbox = await runtime.runSandbox(sandboxConfig('one', under.programs.broken));
        const id = await runtime.createContainer(sandbox.id, containerConfig(under.programs.broken));
        const error = await ended(runtime.startContainer(id)).then(
          () => undefined,
          (thrown: unknown) => thrown,
        );
        expect(error).to.be.instanceOf(Error);
        const status = await state(id, 'exited');
        expect([status.exitCode, status.reason]).to.deep.equal([128, 'StartError']);
        expect(status.message).to.be.a('string').that.is.not.empty;
      });

      it('refuses an image that cannot be had', async function () {
        const { missing } = under.programs;
        if (!missing) return this.skip();
        const { id } = await runtime.runSandbox(sandboxConfig('one', missing));
        const error = await ended(
          runtime.pullImage(missing.image, 'IfNotPresent', { sandboxId: id, container: 'main' }),
        ).then(
          () => undefined,
          (thrown: unknown) => thrown,
        );
        expect(error).to.be.instanceOf(ImageError);
      });

      it('refuses to create a container in a sandbox that is not there', async () => {
        const error = await runtime.createContainer('nobody', containerConfig(under.programs.run)).then(
          () => undefined,
          (thrown: unknown) => thrown,
        );
        expect(error).to.be.instanceOf(Error);
      });

      it('stops a program that listens, within the grace period', async () => {
        const { id } = await started('one', under.programs.run);
        await ended(runtime.stopContainer(id, 10_000));
        const status = await state(id, 'exited');
        expect(status.signal ?? 15).to.equal(15);
      });

      it('kills a program that does not listen, after the grace period', async () => {
        const { id } = await started('one', under.programs.stubborn);
        await ended(runtime.stopContainer(id, 200));
        expect((await state(id, 'exited')).exitCode).to.equal(137);
      });

      it('shortens the wait when it is stopped again with less grace', async () => {
        const { id } = await started('one', under.programs.stubborn);
        const first = runtime.stopContainer(id, 3_600_000);
        await ended(runtime.stopContainer(id, 100));
        await ended(first);
        expect((await state(id, 'exited')).exitCode).to.equal(137);
      });

      it('stops and removes twice as once, and what it does not know', async () => {
        const { id } = await started('one', under.programs.run);
        await ended(runtime.stopContainer(id, 10_000));
        await runtime.stopContainer(id, 10_000);
        await runtime.removeContainer(id);
        await runtime.removeContainer(id);
        await runtime.stopContainer(id, 10_000);
        expect(await runtime.containerStatus(id)).to.equal(undefined);
      });

      it('keeps attempts apart, and lists containers by sandbox', async () => {
        const { sandbox, id } = await started('one', under.programs.exit(1));
        await state(id, 'exited');
        const again = await runtime.createContainer(sandbox.id, containerConfig(under.programs.run, { attempt: 1 }));
        await ended(runtime.startContainer(again));
        await started('two', under.programs.run);
        const listed = await runtime.listContainers(sandbox.id);
        expect(listed.map((container) => [container.id, container.config.attempt])).to.have.deep.members([
          [id, 0],
          [again, 1],
        ]);
        expect(await runtime.listContainers()).to.have.length(3);
        expect((await runtime.containerStatus(id))?.exitCode).to.equal(1);
      });
    });

    describe('logs', () => {
      const lines = ['first line', 'second line', 'third line'];
      const complete = (all: string) => all.includes('third line\n');

      it('gives what was printed, line by line', async () => {
        const { id } = await started('one', under.programs.print(lines));
        expect(await logsOf(id, {}, complete)).to.equal('first line\nsecond line\nthird line\n');
        expect(await text(runtime.logs(id, {}))).to.equal('first line\nsecond line\nthird line\n');
      });

      it('gives the last lines only, and times when asked for', async () => {
        const { id } = await started('one', under.programs.print(lines));
        await logsOf(id, {}, complete);
        expect(await text(runtime.logs(id, { tailLines: 1 }))).to.equal('third line\n');
        expect(await text(runtime.logs(id, { tailLines: 0 }))).to.equal('');
        expect(await text(runtime.logs(id, { tailLines: 1, timestamps: true }))).to.match(
          /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d+Z third line\n$/,
        );
      });

      it('follows until the container ends', async () => {
        const { id } = await started('one', under.programs.print(lines));
        const all = text(runtime.logs(id, { follow: true }));
        await logsOf(id, {}, complete);
        await ended(runtime.stopContainer(id, 10_000));
        expect(await all).to.contain('third line\n');
      });

      it('keeps the output of a container that has ended, also when its sandbox is stopped', async () => {
        const { sandbox, id } = await started('one', under.programs.print(lines));
        await logsOf(id, {}, complete);
        await ended(runtime.stopSandbox(sandbox.id));
        await state(id, 'exited');
        expect(await text(runtime.logs(id, { tailLines: 1 }))).to.equal('third line\n');
      });
    });

    it('leaves nothing when it is closed', async () => {
      await started('one', under.programs.run);
      await started('two', under.programs.stubborn);
      await ended(runtime.close());
      expect(await runtime.listSandboxes()).to.deep.equal([]);
      expect(await runtime.listContainers()).to.deep.equal([]);
      await runtime.close();
    });
  });
}
