// A visit to a failed check, with the built-in kubectl and, where it is found, the real one: what is shown, what is refused,
// the way to and fro, and that nothing is left.

import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect } from 'chai';
import { build, isStale } from '../../../plugins/cli/bin/build.mjs';
import { builtInKubectl } from '../../../plugins/cli/kubectl/built-in.ts';
import { findKubectl } from '../../../plugins/cli/kubectl/find-kubectl.ts';
import { Visit } from './visit.ts';

const inClone = (file: string) => fileURLToPath(new URL(`../../../${file}`, import.meta.url));
// Built, a child starts in a third of the time.
const program = inClone('dist/visit-child.js');
const mistake = (name: string) => inClone(`labs/04-endpoints/mistakes/${name}.ts`);

/** Whether somebody listens at the server of the kubeconfig. */
async function isReachable(kubeconfig: string): Promise<boolean> {
  const port = Number(/server: https:\/\/[^:]+:(\d+)/.exec(kubeconfig)![1]);
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    socket.once('connect', () => socket.destroy());
  });
}

describe('a visit to a failed check', function () {
  this.timeout(120_000);

  before(async () => {
    if (isStale()) await build();
  });

  describe('of slices that are there twice', () => {
    let visit: Visit;
    const about = { lab: 'endpoints', file: mistake('second-slice-from-a-stale-cache'), checks: ['4.9'], seed: 1 };

    before(async () => {
      visit = await Visit.open({ ...about, stop: { seconds: 3 } }, { program });
    });
    after(() => visit?.close());

    /** What the built-in kubectl says to the command; both kinds. */
    async function kubectl(...args: string[]): Promise<string> {
      let said = '';
      const out = (text: string) => {
        said += text;
      };
      await builtInKubectl(args, visit.kubeconfig, { out, err: out, stdin: async () => '' });
      return said;
    }
    const slices = async () => (await kubectl('get', 'endpointslices', '-o', 'name')).trim().split('\n').length;

    it('shows the cluster as it stands, its ages by the cluster’s own clock', async () => {
      expect(visit.place.at).to.be.within(1.9, 3);
      expect(await slices()).to.equal(4);
      const pods = await kubectl('get', 'pods');
      expect(pods).to.match(/web-1 +1\/1 +Running +0 +[12]s\n/);
      expect(pods).to.match(/web-3 +1\/1 +Running +0 +[01]s\n/);
      expect(await kubectl('get', 'pod', 'web-1', '-o', 'yaml')).to.include('podIP: 10.244.0.2');
      expect(await kubectl('describe', 'pod', 'web-1')).to.include('Successfully assigned default/web-1 to node-1');
    });

    it('shows the same to the real kubectl', async function () {
      const real = findKubectl();
      if (!real) return this.skip();
      const args = ['--kubeconfig', visit.kubeconfig, '--cache-dir', path.join(visit.folder, 'cache')];
      const { stdout } = await promisify(execFile)(real, [...args, 'get', 'pods,endpointslices']);
      expect(stdout).to.match(/pod\/web-1 +1\/1 +Running +0 +[12]s\n/);
      expect(stdout.match(/endpointslice\.discovery\.k8s\.io\/web-/g)).to.have.length(4);
    });

    it('refuses writes, and says what it is; a watch ends', async () => {
      const recording = /^Error from server \(Forbidden\): this is a recording of a check, .*npx kubelab lab step/;
      expect(await kubectl('delete', 'pod', 'web-1')).to.match(recording);
      expect(await kubectl('label', 'pod', 'web-1', 'app=db', '--overwrite')).to.match(recording);
      expect(await kubectl('create', 'namespace', 'mine')).to.include('this is a recording of a check');
      expect(await kubectl('get', 'pods', '-w')).to.include('web-1');
    });

    it('goes to and fro, at the same address and with the same kubeconfig', async () => {
      const { instant: here, at: then } = visit.place;
      const before = readFileSync(visit.kubeconfig, 'utf8');
      const back = await visit.step(-12);
      expect(back.place.instant).to.equal(here - 12);
      expect(back.rows.map(({ at }) => at).every((at) => at > back.place.at)).to.equal(true);
      expect(back.place.at).to.be.lessThan(then);
      const on = await visit.step(12);
      expect(on.place).to.deep.equal({ ...on.place, instant: here });
      expect(on.rows).to.deep.equal(back.rows);
      expect(on.rows.some(({ by, line }) => by === 'you' && line?.file === path.basename(about.file))).to.equal(true);
      expect(readFileSync(visit.kubeconfig, 'utf8')).to.equal(before);
      expect(await slices()).to.equal(4);
    });

    it('goes on when the check is over, and not to before it', async () => {
      const after = await visit.step(visit.opened.last - visit.place.instant + 5);
      expect(after.place).to.include({ isAfter: true });
      expect(await slices()).to.equal(4);
      await visit.step(-1000);
      const refused = await visit.step(-1).catch((error: Error) => error.message);
      expect(refused).to.equal(
        'this is where the check began: there is no way back. The scene was set before: kubectl get nodes,pods -A shows what there was to begin with',
      );
    });

    it('leaves no folder and nobody who listens', async () => {
      const kubeconfig = readFileSync(visit.kubeconfig, 'utf8');
      expect(await isReachable(kubeconfig)).to.equal(true);
      await visit.close();
      expect(existsSync(visit.folder)).to.equal(false);
      expect(await isReachable(kubeconfig)).to.equal(false);
    });
  });

  describe('as a command', () => {
    let home: string;
    let running: ChildProcess | undefined;

    beforeEach(() => {
      home = mkdtempSync(path.join(tmpdir(), 'kubelab-visited-'));
    });
    afterEach(() => {
      running?.kill('SIGKILL');
      rmSync(home, { recursive: true, force: true });
    });

    function start(words: readonly string[], env: NodeJS.ProcessEnv = {}) {
      const command = [inClone('plugins/cli/bin/kubelab.mjs'), 'lab', 'visit', ...words];
      const all = { ...process.env, KUBELAB_HOME: home, TMPDIR: home, NO_COLOR: '1', ...env };
      const child = spawn(process.execPath, command, { env: all, stdio: ['ignore', 'pipe', 'pipe'] });
      running = child;
      let said = '';
      let heard = () => {};
      for (const stream of [child.stdout, child.stderr]) {
        stream.on('data', (data) => {
          said += data;
          heard();
        });
      }
      const ended = new Promise<number | string>((resolve) => {
        child.once('close', (code, signal) => resolve(code ?? signal ?? ''));
      });
      const says = async (pattern: RegExp) => {
        while (!pattern.test(said)) {
          const more = new Promise<void>((resolve) => {
            heard = resolve;
          });
          const over = await Promise.race([more, ended.then(() => true)]);
          if (over && !pattern.test(said)) throw new Error(`it ended without saying ${pattern}:\n${said}`);
        }
        return pattern.exec(said)!;
      };
      return { child, ended, says, said: () => said };
    }
    const at = (name: string) => ['endpoints', '--file', mistake(name), '--seed', '1'];
    const script = 'kubectl get endpointslices; node "$CLI" lab step --back; exit 7';
    const inside = { CLI: inClone('plugins/cli/bin/kubelab.mjs') };

    it('tells what failed, runs a program with a kubectl inside, and gives its exit code', async () => {
      const { ended, said } = start([...at('port-of-the-service'), '--check', '4.1', '--', 'sh', '-c', script], {
        ...inside,
        KUBELAB_KUBECTL: 'built-in',
      });
      expect(await ended, said()).to.equal(7);
      expect(said()).to.match(/^FAIL 4\.1 [\s\S]*Happened: [\s\S]*The cluster stands still at instant \d+, 5\.000 s/m);
      expect(said()).to.match(/^web\.80 +IPv4 +80 +10\./m);
      expect(said()).to.match(/^Now at instant \d+, 4\.\d+ s\n(Undone:|Nothing to undo)/m);
    });

    it('stays until it is ended; ended or killed, it leaves nothing', async () => {
      for (const signal of ['SIGTERM', 'SIGKILL'] as const) {
        const { child, ended, says } = start([...at('port-of-the-service'), '--check', '4.1']);
        const [, file] = await says(/^KUBECONFIG=(.*)$/m);
        await says(/It stays/);
        const kubeconfig = readFileSync(file!, 'utf8');
        child.kill(signal);
        await ended;
        // Of a command that was killed, the process that holds the cluster clears away.
        while (existsSync(path.dirname(file!))) await new Promise(setImmediate);
        while (await isReachable(kubeconfig)) await new Promise(setImmediate);
      }
    });
  });

  it('says that nothing fails', async () => {
    const file = inClone('labs/04-endpoints/solution.ts');
    const wish = { lab: 'endpoints', file, checks: ['4.1'], seed: 3, stop: 'failure' } as const;
    const refused = await Visit.open(wish, { program }).catch((error: Error) => error.message);
    expect(refused).to.include('check 4.1 passes under seed 3: there is no failing instant to visit');
  });
});
