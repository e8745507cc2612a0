import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { type Mount, MountError } from '../../core/contracts/container-runtime.ts';
import { Pods } from './pods.fixture.ts';

const bytes = (text: string) => Buffer.from(text);
const alive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return !readFileSync(`/proc/${pid}/stat`, 'utf8').includes(') Z');
  } catch {
    return false;
  }
};
/** Real time: what ends outside our process tells nobody here. */
async function gone(pid: number): Promise<void> {
  while (alive(pid)) await sleep(5);
}

describe('containers as processes', () => {
  let pods: Pods;
  beforeEach(() => {
    pods = new Pods();
  });
  afterEach(() => pods.close());

  describe('ending', () => {
    it('sees a kill -9 from outside at once', async () => {
      const { id } = await pods.script('one', "console.log('pid ' + process.pid); setInterval(() => {}, 1e6)");
      const pid = Number(/pid (\d+)/.exec(await pods.printed(id, 'pid'))?.[1]);
      if (existsSync('/proc/self/stat')) expect((await pods.runtime.stats())[0]?.memoryBytes).to.be.above(1_000_000);
      process.kill(pid, 'SIGKILL');
      const status = await pods.ended(id);
      expect([status.exitCode, status.signal, status.reason]).to.deep.equal([137, 9, 'Error']);
    });

    it('leaves nothing of a process group behind', async () => {
      const { id } = await pods.run('one', 'busybox', {
        command: ['sh', '-c', '(trap "" TERM; sleep 1000) & echo child $!; sleep 1000'],
      });
      const child = Number(/child (\d+)/.exec(await pods.printed(id, 'child'))?.[1]);
      expect(alive(child)).to.equal(true);
      await pods.runtime.stopContainer(id, 5000);
      await gone(child);
      expect((await pods.ended(id)).exitCode).to.equal(143);
    });

    it('ends everything when the cluster itself is killed', async function () {
      this.timeout(20_000);
      const program = fileURLToPath(new URL('./cluster-that-dies.fixture.ts', import.meta.url));
      const cluster = spawn(process.execPath, ['--import', 'tsx', program], { stdio: ['ignore', 'pipe', 'inherit'] });
      let text = '';
      for await (const part of cluster.stdout) {
        text += part;
        if (text.includes('\n')) break;
      }
      const { pids, folder } = JSON.parse(text) as { pids: number[]; folder: string };
      expect(pids).to.have.length(4);
      expect(pids.every(alive)).to.equal(true);
      cluster.kill('SIGKILL');
      for (const pid of pids) await gone(pid);
      expect(readdirSync(folder)).to.deep.equal([]);
      rmSync(folder, { recursive: true });
    });
  });

  describe('commands', () => {
    it('replaces entrypoint by command, and arguments by args', async () => {
      const one = await pods.run('one', 'busybox', { command: ['sh', '-c', 'echo "$0 and $1"'], args: ['a b', 'c'] });
      await pods.ended(one.id);
      expect(await pods.logs(one.id)).to.equal('a b and c\n');
    });

    it('gives the environment of the container and the pod, and nothing of the machine', async () => {
      process.env.SECRET_OF_THE_MACHINE = 'shown';
      const { id } = await pods.run('one', 'kubelab/sleep', { env: [{ name: 'COLOUR', value: 'blue' }] });
      delete process.env.SECRET_OF_THE_MACHINE;
      const shown = ['COLOUR', 'HOME', 'HOSTNAME', 'PATH', 'TMPDIR'];
      const names = (text: string) => [...text.matchAll(/^(\w+)=/gm)].map(([, name]) => name).sort();
      expect(names((await pods.exec(id, 'env')).out)).to.deep.equal(shown);
      const show = "for (const [name, value] of Object.entries(process.env)) console.log(name + '=' + value)";
      expect(names((await pods.exec(id, 'node', '-e', show)).out)).to.deep.equal(shown);
      const deeper = `require('child_process').execFileSync(process.execPath, ['-e', ${JSON.stringify(show)}], { stdio: 'inherit' })`;
      expect(names((await pods.exec(id, 'node', '-e', deeper)).out)).to.deep.equal(shown);
      expect((await pods.exec(id, 'sh', '-c', 'echo $COLOUR $HOSTNAME; node -p "os.hostname()"')).out).to.equal(
        'blue one\none\n',
      );
    });

    it('says what is missing when a program is not there', async () => {
      const { id } = await pods.run('one', 'kubelab/sleep');
      const missing = await pods.exec(id, 'no-such-program');
      expect(missing.code).to.equal(127);
      expect(missing.err).to.contain('exec: "no-such-program": executable file not found in $PATH');
      expect((await pods.run('other', 'busybox', { command: ['/no/such'] }).catch((error: Error) => error)) as Error)
        .to.have.property('message')
        .that.equals(
          'failed to create containerd task: failed to create shim task: OCI runtime create failed: runc create failed: ' +
            'unable to start container process: error during container init: ' +
            'exec: "/no/such": stat /no/such: no such file or directory: unknown',
        );
      expect(await pods.exec(id, 'sh', '-c', 'echo out; echo err >&2; exit 3')).to.deep.equal({
        code: 3,
        out: 'out\n',
        err: 'err\n',
      });
    });

    it('ends a command that takes too long', async () => {
      const { id } = await pods.run('one', 'kubelab/sleep');
      const error = await pods.runtime.execSync(id, ['sleep', '100'], 50).catch((thrown: Error) => thrown);
      expect(error).to.be.instanceOf(Error).with.property('message', 'command "sleep 100" timed out');
    });

    it('tells that limits are not enforced', async () => {
      await pods.run('one', 'kubelab/sleep', { limits: { cpu: 100, memory: 1e7 } });
      const notice = pods.changes.find((change) => change.notice)?.notice;
      expect(notice?.reason).to.equal('LimitsNotEnforced');
      expect(notice?.message).to.contain('CPU and memory');
    });
  });

  describe('volumes', () => {
    const config: Mount = {
      name: 'config',
      containerPath: '/etc/config',
      files: { greeting: bytes('hello'), 'sub/deep': bytes('deep') },
      readOnly: true,
    };

    it('has files at their mount paths, for Node.js and for scripts', async () => {
      const out = await pods.output(
        'one',
        `import fs, { readFileSync, promises, createReadStream } from 'node:fs';
         console.log(readFileSync('/etc/config/greeting', 'utf8'), await promises.readFile('/etc/config/sub/deep', 'utf8'));
         console.log(fs.existsSync('/etc/config/none'), fs.readdirSync('/etc/config').filter((name) => !name.startsWith('..')));
         createReadStream('/etc/config/greeting').on('data', (data) => console.log(String(data)));
         fs.stat('/etc/config/greeting', (error, found) => console.log(error, found.size));
         try { fs.writeFileSync('/etc/config/greeting', 'x') } catch (error) { console.log(error.message) }
         fs.appendFile('/etc/config/greeting', 'x', (error) => console.log(error.code));`,
        { mounts: [config] },
      );
      const lines = out.split('\n');
      expect(lines.slice(0, 3)).to.deep.equal([
        'hello deep',
        "false [ 'greeting', 'sub' ]",
        "EROFS: read-only file system, writeFile '/etc/config/greeting'",
      ]);
      expect(lines.slice(3)).to.have.members(['hello', 'null 5', 'EROFS']);
      const two = await pods.run('two', 'busybox', {
        command: ['sh', '-c', 'cat /etc/config/greeting; cat "/etc/config/sub/deep"; cat /etc/hostname'],
        mounts: [config],
      });
      await pods.ended(two.id);
      expect(await pods.logs(two.id)).to.equal('hellodeeptwo\n');
    });

    it('runs a program that is mounted', async () => {
      const files = {
        'server.cjs': bytes("console.log('mounted', require('./name.cjs'))"),
        'name.cjs': bytes("module.exports = 'it'"),
      };
      const { id } = await pods.run('one', 'node', {
        command: ['node', '/app/server.cjs'],
        mounts: [{ name: 'app', containerPath: '/app', files, readOnly: true }],
      });
      await pods.ended(id);
      expect(await pods.logs(id)).to.equal('mounted it\n');
    });

    it('shares an emptyDir among the containers of a pod, and keeps each /tmp apart', async () => {
      const mount: Mount = { name: 'shared', containerPath: '/cache', emptyDir: true, readOnly: false };
      const one = await pods.run('one', 'busybox', { command: ['sleep', '1000'], mounts: [mount] });
      const other = await pods.add(one.sandboxId, 'busybox', {
        name: 'other',
        command: ['sleep', '1000'],
        mounts: [mount],
      });
      expect((await pods.exec(one.id, 'sh', '-c', 'echo shared > /cache/file; touch /tmp/healthy')).code).to.equal(0);
      expect((await pods.exec(other, 'cat', '/cache/file')).out).to.equal('shared\n');
      expect((await pods.exec(one.id, 'cat', '/tmp/healthy')).code).to.equal(0);
      expect((await pods.exec(other, 'cat', '/tmp/healthy')).code).to.equal(1);
      expect(existsSync('/tmp/healthy')).to.equal(false);
    });

    it('changes all files of a volume in one step', async () => {
      const one = await pods.run('one', 'kubelab/sleep', { mounts: [config] });
      await pods.runtime.updateFiles(one.sandboxId, 'config', { greeting: bytes('bye'), more: bytes('more') });
      expect(
        (await pods.exec(one.id, 'sh', '-c', 'cat /etc/config/greeting /etc/config/more; ls /etc/config')).out,
      ).to.equal('byemoregreeting\nmore\n');
    });

    it('mounts a folder of the node, and part of a volume', async () => {
      const host = mkdtempSync(join(tmpdir(), 'kubelab-host-'));
      const mounts: Mount[] = [
        { name: 'host', containerPath: '/host', hostPath: host, readOnly: false },
        { ...config, containerPath: '/one/file', subPath: 'greeting' },
      ];
      const { id } = await pods.run('one', 'kubelab/sleep', { mounts });
      await pods.exec(
        id,
        'node',
        '-e',
        "require('fs').writeFileSync('/host/written', require('fs').readFileSync('/one/file'))",
      );
      expect(readFileSync(join(host, 'written'), 'utf8')).to.equal('hello');
      rmSync(host, { recursive: true });
    });

    it('makes or checks what a path of the node has to be', async () => {
      const host = mkdtempSync(join(tmpdir(), 'kubelab-host-'));
      const mount = (name: string, hostPathType?: string) =>
        pods.run('one', 'kubelab/sleep', {
          mounts: [
            {
              name: 'host',
              containerPath: '/x',
              hostPath: join(host, name),
              ...(hostPathType && { hostPathType }),
              readOnly: false,
            },
          ],
        });
      await mount('made');
      await mount('made too', 'DirectoryOrCreate');
      await mount('file', 'FileOrCreate');
      await mount('file', 'File');
      await mount('made', 'Directory');
      expect(readdirSync(host).sort()).to.deep.equal(['file', 'made', 'made too']);
      for (const [name, type, wanted] of [
        ['missing', 'Directory', 'a directory'],
        ['file', 'DirectoryOrCreate', 'a directory'],
        ['made', 'File', 'a file'],
        ['made', 'Socket', 'a socket file'],
      ] as const) {
        const error = await mount(name, type).catch((thrown: Error) => thrown);
        expect(error).to.be.instanceOf(MountError);
        expect((error as Error).message).to.equal(
          `MountVolume.SetUp failed for volume "host" : hostPath type check failed: ${join(host, name)} is not ${wanted}`,
        );
      }
      rmSync(host, { recursive: true });
    });

    it('refuses a subPath that leaves its volume, by dots or by a link', async () => {
      const host = mkdtempSync(join(tmpdir(), 'kubelab-host-'));
      symlinkSync('/etc', join(host, 'out'));
      for (const subPath of ['../x', 'a/../../x', '/etc', 'out', 'out/new']) {
        const mount: Mount = { name: 'host', containerPath: '/x', hostPath: host, subPath, readOnly: false };
        const error = await pods.run('one', 'kubelab/sleep', { mounts: [mount] }).catch((thrown: Error) => thrown);
        expect(error, subPath)
          .to.be.instanceOf(Error)
          .with.property('message')
          .that.contains('failed to prepare subPath');
      }
      expect(existsSync('/etc/new')).to.equal(false);
      rmSync(host, { recursive: true });
    });
  });

  it('shows the last words of a program, or the end of its log', async () => {
    const end = async (script: string, orLog: boolean) => {
      const lastWords = { path: '/dev/termination-log', orLog };
      const { id, sandboxId } = await pods.run('one', 'busybox', { command: ['sh', '-c', script], lastWords });
      const { message } = await pods.ended(id);
      await pods.runtime.removeSandbox(sandboxId);
      return message;
    };
    expect(await end('echo no disk > /dev/termination-log; exit 1', false)).to.equal('no disk\n');
    expect(await end('echo bye > /dev/termination-log; echo log; exit 1', true)).to.equal('bye\n');
    expect(await end('echo first; echo last >&2; sleep 0.1; exit 1', true)).to.match(/^(first\nlast|last\nfirst)\n$/);
    expect(await end('echo fine', true)).to.equal(undefined);
    const long = await end(
      'head -c 5000 /dev/zero | tr "\\0" x > /dev/termination-log; echo y >> /dev/termination-log',
      false,
    );
    expect(long).to.have.length(4096).and.match(/xy\n$/);
    expect(await end('echo silent; exit 1', false)).to.equal(undefined);
    expect(await end('head -c 9000 /dev/zero | tr "\\0" x; echo; exit 1', true)).to.have.length(2048);
  });

  it('gives a pod its whole name, and the names that it alone knows', async () => {
    const { id: sandbox, address } = await pods.runtime.runSandbox({
      namespace: 'default',
      name: 'web-0',
      uid: 'u',
      attempt: 0,
      hostname: 'web-0',
      fullName: 'web-0.web.default.svc.cluster.local',
      hostAliases: [{ ip: '192.0.2.7', hostnames: ['foo.local', 'foo'] }],
      labels: {},
      annotations: {},
      hostNetwork: false,
      dnsSearches: ['default.svc.cluster.local'],
    });
    const id = await pods.add(sandbox, 'kubelab/sleep');
    const script =
      'hostname; hostname -f; tail -n 5 /etc/hosts; nslookup foo.local; nslookup web-0.web.default.svc.cluster.local';
    const lines = (await pods.exec(id, 'sh', '-c', script)).out.split('\n');
    expect(lines.slice(0, 7)).to.deep.equal([
      'web-0',
      'web-0.web.default.svc.cluster.local',
      '::1\tlocalhost ip6-localhost ip6-loopback',
      `${address}\tweb-0.web.default.svc.cluster.local\tweb-0`,
      '',
      '# Entries added by HostAliases.',
      '192.0.2.7\tfoo.local\tfoo',
    ]);
    expect(lines.filter((line) => line.startsWith('Address'))).to.deep.equal([
      'Address: 192.0.2.7',
      `Address: ${address}`,
    ]);
  });

  it('pulls images by any of their names, tells stand-ins, simulates or refuses the rest', async () => {
    const pull = (image: string, policy: 'Always' | 'IfNotPresent' | 'Never' = 'IfNotPresent') =>
      pods.runtime.pullImage(image, policy).catch((error: { reason: string; message: string }) => error);
    expect(await pull('docker.io/library/nginx:1.27')).to.have.property('id', 'kubelab.dev/nginx:1.27');
    const first = await pull('nginx:1.27');
    expect(first)
      .to.have.nested.property('notice.message')
      .that.match(/^nginx:1.27 is a stand-in/);
    expect(first).not.to.have.property('present');
    expect(await pull('nginx:1.27')).to.have.property('present', true);
    expect(await pull('nginx:1.27', 'Always')).not.to.have.property('present');
    expect(await pull('kubelab/web')).not.to.have.property('notice');
    expect(await pull(`example.com/team/app@sha256:${'a'.repeat(64)}`)).to.have.nested.property(
      'notice.reason',
      'Simulated',
    );
    expect(await pull('Nginx')).to.deep.include({
      reason: 'InvalidImageName',
      message:
        'Failed to apply default image tag "Nginx": couldn\'t parse image name "Nginx": invalid reference format: repository name must be lowercase',
    });
    expect(await pull('nginx:')).to.have.property('reason', 'InvalidImageName');
    const simulated = await pods.run('one', 'example.com/team/app', { command: ['anything'] });
    expect((await pods.runtime.containerStatus(simulated.id))?.state).to.equal('running');
  });
});
