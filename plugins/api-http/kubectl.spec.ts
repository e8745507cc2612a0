// The face as real kubectl sees it: the one found on the PATH, and with all tests every release that lies beside it as
// `kubectl.1.NN`. Nothing runs pods here; what is shown is that commands, answers and messages fit together.

import { execFile } from 'node:child_process';
import { access, mkdtemp, readdir, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { expect } from 'chai';
import { ConfigMaps } from '../../core/model/index.ts';
import { allTests } from '../../core/testing/runs.ts';
import { writeKubeconfig } from './kubeconfig.ts';
import { admin, TestFace } from './test-face.ts';

const manifest = (image: string, replicas: number) => `apiVersion: apps/v1
kind: Deployment
metadata: {name: web, labels: {app: web}}
spec:
  replicas: ${replicas}
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      containers:
      - {name: web, image: ${image}, ports: [{containerPort: 80}]}
      - {name: side, image: busybox}
`;

interface Outcome {
  readonly code: number;
  /** Both streams. */
  readonly text: string;
}

/** kubectl, and with all tests the releases beside it; an empty list when there is none. */
async function kubectls(): Promise<string[]> {
  for (const folder of (process.env.PATH ?? '').split(delimiter)) {
    const found = join(folder, process.platform === 'win32' ? 'kubectl.exe' : 'kubectl');
    if (
      !(await access(found).then(
        () => true,
        () => false,
      ))
    )
      continue;
    const home = dirname(await realpath(found));
    const others = (await readdir(home)).filter((file) => /^kubectl\.1\.\d+$/.test(file));
    return allTests ? [found, ...others.map((file) => join(home, file))] : [found];
  }
  return [];
}

describe('kubectl', () => {
  let world: TestFace;
  let folder: string;
  let binaries: string[];

  before(async function () {
    binaries = await kubectls();
    if (binaries.length === 0) {
      console.log('      skipped: there is no kubectl on the PATH (https://kubernetes.io/docs/tasks/tools/)');
      return this.skip();
    }
    folder = await mkdtemp(join(tmpdir(), 'kubelab kubectl '));
    world = await new TestFace().start();
    await writeKubeconfig(join(folder, 'config'), await world.face.kubeconfig(admin));
    await writeFile(join(folder, 'web.yaml'), manifest('nginx', 2));
    await writeFile(join(folder, 'web-2.yaml'), manifest('nginx:2', 3));
    await writeFile(join(folder, 'typo.yaml'), manifest('nginx', 2).replace('replicas:', 'replica:'));
  });
  after(async () => {
    await world?.stop();
    if (folder) await rm(folder, { recursive: true });
  });

  function runner(binary: string, index: number): (...args: string[]) => Promise<Outcome> {
    const own = ['--kubeconfig', join(folder, 'config'), '--cache-dir', join(folder, `cache-${index}`)];
    const options = { cwd: folder, timeout: 60_000 };
    return (...args) =>
      new Promise((resolve) => {
        execFile(binary, [...own, '--namespace', `n${index}`, ...args], options, (error, stdout, stderr) => {
          resolve({ code: error ? Number(error.code ?? 1) : 0, text: stdout + stderr });
        });
      });
  }

  async function tour(binary: string, index: number): Promise<void> {
    const kubectl = runner(binary, index);
    const well = async (...args: string[]): Promise<string> => {
      const { code, text } = await kubectl(...args);
      expect(code, `kubectl ${args.join(' ')}: ${text}`).to.equal(0);
      return text;
    };
    await well('create', 'namespace', `n${index}`);
    expect(await well('apply', '-f', 'web.yaml')).to.equal('deployment.apps/web created\n');
    expect(await well('apply', '-f', 'web.yaml')).to.equal('deployment.apps/web unchanged\n');
    expect(await well('apply', '-f', 'web-2.yaml')).to.equal('deployment.apps/web configured\n');
    expect(
      await well(
        'get',
        'deployment',
        'web',
        '-o',
        'jsonpath={.spec.replicas} {.spec.template.spec.containers[*].image}',
      ),
    ).to.equal('3 nginx:2 busybox');
    const typo = await kubectl('create', '-f', 'typo.yaml');
    expect(typo.text).to.contain('strict decoding error: unknown field "spec.replica"');
    expect(await well('get', 'deployments')).to.match(/^NAME +READY +UP-TO-DATE +AVAILABLE +AGE\nweb +0\/3 /);
    expect(await well('get', 'deployments', '-o', 'wide')).to.match(
      /CONTAINERS +IMAGES +SELECTOR\n.*web,side +nginx:2,busybox +app=web/,
    );
    expect(await well('get', 'all')).to.contain('deployment.apps/web');
    expect(await well('get', 'deployments', '--sort-by=.metadata.name')).to.contain('web');
    expect(await well('get', 'deployments', '--all-namespaces', '-l', 'app=web')).to.contain(`n${index}`);
    await well('scale', 'deployment', 'web', '--replicas=5');
    await well('set', 'image', 'deployment/web', 'web=nginx:3');
    await well('label', 'deployment', 'web', 'tier=front');
    await well('annotate', 'deployment', 'web', 'note=here');
    expect(await well('describe', 'deployment', 'web'))
      .to.contain('5 desired')
      .and.to.contain('nginx:3');
    await well('create', 'deployment', 'none', '--image=busybox', '--replicas=0');
    expect(await well('get', 'deployment', 'none', '-o', 'jsonpath={.spec.replicas}')).to.equal('0');
    await well('create', 'service', 'nodeport', 'front', '--tcp=80:8080');
    expect(await well('get', 'service', 'front', '-o', 'jsonpath={.spec.ports[0].targetPort}')).to.equal('8080');
    await well('create', 'configmap', 'odd', '--from-literal=__proto__=a', '--from-literal=constructor=b');
    expect(await well('get', 'configmap', 'odd', '-o', 'json')).to.contain('"__proto__": "a"');
    await well('create', 'secret', 'generic', 'hidden', '--from-literal=key=value');
    expect(await well('get', 'secret', 'hidden', '-o', 'jsonpath={.data.key}')).to.equal('dmFsdWU=');
    await well('create', 'priorityclass', `high-${index}`, '--value=1000', '--preemption-policy=Never');
    expect(await well('get', 'pc', `high-${index}`)).to.match(/^NAME +VALUE +GLOBAL-DEFAULT .*\nhigh-\d +1000 +false /);
    await well('create', 'pdb', 'web', '--selector=app=web', '--min-available=50%');
    expect(await well('get', 'pdb')).to.match(
      /^NAME +MIN AVAILABLE +MAX UNAVAILABLE +ALLOWED DISRUPTIONS +AGE\nweb +50% +N\/A +0 /,
    );
    expect(await well('describe', 'pdb', 'web')).to.match(/Selector: +app=web\n/);
    expect(await well('explain', 'pdb.spec.maxUnavailable')).to.contain('a share such as 50%');
    expect(await well('run', 'one', '--image=nginx', '--dry-run=server')).to.contain(
      'pod/one created (server dry run)',
    );
    await well('run', 'one', '--image=nginx');
    expect(await well('describe', 'pod', 'one')).to.contain('Image:');
    expect(await well('explain', 'deployment.spec.strategy')).to.contain('rollingUpdate');
    expect(await well('explain', 'component.spec')).to.match(/FIELDS:\n.*options.*plugin/s);
    expect((await kubectl('get', 'pods', '--as=system:anonymous')).text).to.contain('User "system:anonymous" cannot');
    expect(await well('api-resources')).to.match(/deployments +deploy +apps\/v1 +true +Deployment/);
    expect(await well('version')).to.contain('Server Version');
    expect(await well('auth', 'can-i', 'create', 'pods')).to.equal('yes\n');
    await well('patch', 'deployment', 'web', '--type=json', '-p', '[{"op":"add","path":"/spec/paused","value":true}]');
    expect(await well('auth', 'can-i', '--list')).to.match(/^\*\.\* +\[\] +\[\] +\[\*\]$/m);
    const scale = ['--subresource=scale', '--type=merge', '-p', '{"spec":{"replicas":1}}'];
    expect(await well('patch', 'deployment', 'web', ...scale)).to.contain('scale.autoscaling/web patched');
    expect(await well('get', 'deployment', 'web', '--subresource=scale')).to.match(
      /^NAME +DESIRED +AVAILABLE +AGE\nweb +1 /,
    );
    expect(await well('get', '--raw', '/readyz?verbose')).to.contain('[+]etcd ok\n');
    expect((await kubectl('diff', '-f', 'web.yaml')).text).to.contain('-  replicas: 1');
    expect((await kubectl('apply', '--server-side', '-f', 'web.yaml')).text).to.contain(
      'Server-side apply not available on the server',
    );
    expect((await kubectl('exec', 'one', '--', 'ls')).text).to.contain('pod one does not have a host assigned');
    expect(await well('create', 'deployment', 'my.app', '--image=busybox', '--replicas=0')).to.contain(
      'Warning: metadata.name: this is used in Pod names and hostnames, which can result in surprising behavior; a DNS label is recommended: [must not contain dots]',
    );
    await well('delete', 'pod', 'one', '--grace-period=0', '--force');
    await well('delete', 'deployment', 'web');
    await well('wait', '--for=delete', 'deployment/web', '--timeout=5s');
    expect((await kubectl('get', 'pods', 'nope')).text).to.equal(
      'Error from server (NotFound): pods "nope" not found\n',
    );
    expect((await kubectl('get', 'nope')).text).to.contain('the server doesn\'t have a resource type "nope"');
  }

  it('does its daily work, of every release that is asked for', async function () {
    // A second a command on a busy machine, and more on one that does other things.
    this.timeout(180_000 * binaries.length);
    for (const [index, binary] of binaries.entries()) await tour(binary, index);
  });

  it('sees changes as they come', async () => {
    const [binary = ''] = binaries;
    const maps = world.client.of(ConfigMaps).in('seen');
    await maps.create({ metadata: { name: 'first' } });
    const own = ['--kubeconfig', join(folder, 'config'), '--cache-dir', join(folder, 'cache-0')];
    const args = [...own, '--namespace', 'seen', 'get', 'configmaps', '--watch', '--no-headers'];
    const abort = new AbortController();
    const watching = execFile(binary, args, { signal: abort.signal, timeout: 60_000 }, () => {});
    const ended = new Promise((resolve) => watching.once('close', resolve));
    let seen = '';
    watching.stdout?.on('data', (chunk) => {
      seen += String(chunk);
    });
    /** Looks whenever kubectl has written something, and not in between: the machine's time is kubectl's. */
    const until = (pattern: RegExp) =>
      new Promise<void>((resolve, reject) => {
        const look = () => pattern.test(seen) && resolve();
        watching.stdout?.on('data', look);
        watching.once('close', () => reject(new Error(`kubectl ended before ${pattern}: ${seen}`)));
        look();
      });
    await until(/^first /m);
    await maps.create({ metadata: { name: 'fresh' }, data: { a: 'b' } });
    await until(/^fresh +1 /m);
    abort.abort();
    await ended;
  }).timeout(90_000);
});
