// The main job, as a user does it: start a cluster, deploy an application with an unmodified kubectl, see it answer over
// the network, break things and see them heal, swap the scheduler, stop. With the kubectl on the PATH; with every
// release that lies beside it when all tests are asked for (npm run test:all).

import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect } from 'chai';
import { fetchText, nodePortOf, readyPods, startGuestbook } from './guestbook.ts';
import { eventually, kubectls, processesWith, root, TestCluster } from './harness.ts';

const found = kubectls();
const all = process.env.KUBELAB_TEST_ALL === '1';
const releases =
  all && found.releases.length > 0 ? found.releases : [{ release: 'on the PATH', path: found.onPath ?? '' }];

for (const { release, path: program } of releases) {
  describe(`the main job with kubectl ${release}`, function () {
    this.timeout(180_000);
    let cluster: TestCluster;

    /** Runs kubectl; its exit code must be 0; gives what it printed. */
    const kubectl = async (...args: string[]): Promise<string> => {
      const { code, stdout, stderr } = await cluster.kubectl(program, args);
      expect(code, `kubectl ${args.join(' ')}\n${stdout}${stderr}`).to.equal(0);
      return stdout;
    };
    const json = async (...args: string[]) => JSON.parse(await kubectl(...args, '-o', 'json'));

    before(async function () {
      if (!found.onPath) {
        console.log('      skipped: there is no kubectl on the PATH');
        return this.skip();
      }
      cluster = await TestCluster.start();
    });

    after(async () => {
      await cluster?.stop('SIGKILL');
      cluster?.clean();
    });

    it('shows three Ready nodes and what the cluster is made of', async () => {
      const nodes = await kubectl('get', 'nodes', '--no-headers');
      expect(
        nodes
          .trim()
          .split('\n')
          .map((line) => line.split(/\s+/).slice(0, 2).join(' ')),
      ).to.deep.equal(['node-1 Ready', 'node-2 Ready', 'node-3 Ready']);
      const components = await kubectl('get', 'components');
      for (const plugin of [
        'store-memory',
        'scheduler-resource-fit',
        'runtime-process',
        'proxy-userspace',
        'api-http',
      ]) {
        expect(components).to.include(plugin);
      }
    });

    it('runs the guestbook: three tiers, entries that stay, answers from different pods', async () => {
      const port = await startGuestbook(kubectl);
      const page = await fetchText(`http://127.0.0.1:${port}/`);
      expect(page).to.include('<form');
      await fetchText(`http://127.0.0.1:${port}/entries`, { method: 'POST', body: JSON.stringify({ text: 'first!' }) });
      const pods = new Set<string>();
      for (let i = 0; i < 12; i += 1) {
        const answer = JSON.parse(await fetchText(`http://127.0.0.1:${port}/entries`));
        expect(answer.entries.map((entry: { text: string }) => entry.text)).to.include('first!');
        pods.add(answer.pod);
      }
      expect(pods.size, `answers came from ${[...pods]}`).to.be.greaterThan(1);
    });

    it('runs a Deployment and a Service that were not written for it', async () => {
      const deployment = await kubectl(
        ...['create', 'deployment', 'hello', '--image=nginx:1.14.2', '--replicas=2', '--port=80'],
        ...['--dry-run=client', '-o', 'yaml'],
      );
      expect((await cluster.kubectl(program, ['apply', '-f', '-'], deployment)).code).to.equal(0);
      const service = await kubectl(
        'expose',
        'deployment',
        'hello',
        '--type=NodePort',
        '--dry-run=client',
        '-o',
        'yaml',
      );
      expect((await cluster.kubectl(program, ['apply', '-f', '-'], service)).code).to.equal(0);
      await kubectl('rollout', 'status', 'deployment/hello', '--timeout=60s');
      const port = await nodePortOf(json, 'hello');
      expect(await eventually('nginx answers', () => fetchText(`http://127.0.0.1:${port}/`))).to.match(/nginx/i);
      expect(await kubectl('describe', 'pods', '-l', 'app=hello')).to.match(/stand-in/);
    });

    it('applies the same manifest again without a change', async () => {
      const guestbook = path.join(root, 'labs', 'samples', 'guestbook.yaml');
      const again = await kubectl('apply', '-f', guestbook);
      // `stringData` is write-only, so kubectl finds a difference in the Secret each time, on every cluster.
      const lines = again
        .trim()
        .split('\n')
        .filter((line) => !line.startsWith('secret/'));
      for (const line of lines) expect(line).to.match(/unchanged$/);
    });

    it('replaces a deleted pod', async () => {
      const [victim] = await readyPods(json, 'app=hello');
      await kubectl('delete', 'pod', victim!);
      await eventually('another pod is Ready', async () => {
        const pods = await readyPods(json, 'app=hello');
        return pods.length === 2 && !pods.includes(victim!) ? pods : undefined;
      });
    });

    it('restarts a container whose process is killed', async function () {
      if (process.platform !== 'linux') return this.skip();
      const [name] = await readyPods(json, 'app=hello');
      const pids = processesWith(`HOSTNAME=${name}`);
      expect(pids, `processes of ${name}`).not.to.be.empty;
      for (const pid of pids) process.kill(pid, 'SIGKILL');
      await eventually('the restart is counted', async () => {
        const pod = await json('get', 'pod', name!);
        const [status] = pod.status.containerStatuses;
        return status.restartCount >= 1 && status.ready && status.lastState.terminated?.exitCode === 137
          ? pod
          : undefined;
      });
    });

    it('scales up and down', async () => {
      await kubectl('scale', 'deployment/hello', '--replicas=5');
      await eventually('five are Ready', async () => (await readyPods(json, 'app=hello')).length === 5 || undefined);
      await kubectl('scale', 'deployment/hello', '--replicas=1');
      await eventually(
        'one is left',
        async () => (await json('get', 'pods', '-l', 'app=hello')).items.length === 1 || undefined,
      );
    });

    it('rolls out a new image, keeps the history, and goes back', async () => {
      await kubectl('set', 'image', 'deployment/hello', 'nginx=httpd:2.4');
      expect(await kubectl('rollout', 'status', 'deployment/hello', '--timeout=60s')).to.include(
        'successfully rolled out',
      );
      const port = await nodePortOf(json, 'hello');
      await eventually(
        'httpd answers',
        async () => (await fetchText(`http://127.0.0.1:${port}/`)).includes('It works') || undefined,
      );
      const history = await kubectl('rollout', 'history', 'deployment/hello');
      expect(history).to.match(/^1 /m).and.to.match(/^2 /m);
      await kubectl('rollout', 'undo', 'deployment/hello');
      await kubectl('rollout', 'status', 'deployment/hello', '--timeout=60s');
      const [image] = (await json('get', 'deployment', 'hello')).spec.template.spec.containers.map(
        (container: { image: string }) => container.image,
      );
      expect(image).to.equal('nginx:1.14.2');
    });

    it('keeps new pods off a cordoned node', async () => {
      await kubectl('cordon', 'node-1');
      expect(await kubectl('get', 'nodes')).to.include('Ready,SchedulingDisabled');
      await kubectl('create', 'deployment', 'cordoned', '--image=kubelab/sleep', '--replicas=6');
      await kubectl('rollout', 'status', 'deployment/cordoned', '--timeout=60s');
      const nodes = (await json('get', 'pods', '-l', 'app=cordoned')).items.map(
        (pod: { spec: { nodeName: string } }) => pod.spec.nodeName,
      );
      expect(nodes).to.have.length(6).and.not.to.include('node-1');
      await kubectl('uncordon', 'node-1');
    });

    it('drains a node, and puts its pods elsewhere when it is removed', async () => {
      await kubectl('drain', 'node-2', '--ignore-daemonsets', '--delete-emptydir-data', '--force', '--timeout=60s');
      await kubectl('rollout', 'status', 'deployment/cordoned', '--timeout=60s');
      await kubectl('delete', 'node', 'node-2');
      await eventually('all pods stand on nodes that are there', async () => {
        const pods = await json('get', 'pods', '-l', 'app=cordoned');
        const nodes = new Set(pods.items.map((pod: { spec: { nodeName?: string } }) => pod.spec.nodeName));
        return (pods.items.length === 6 && !nodes.has('node-2')) || undefined;
      });
    });

    it('ends by Ctrl-C and leaves no process, no socket and no file behind', async () => {
      const state = path.join(cluster.home, 'state');
      const code = await cluster.stop('SIGINT');
      expect(code, cluster.output).to.equal(0);
      if (process.platform === 'linux') expect(processesWith(`KUBELAB_HOME=${state}`)).to.deep.equal([]);
      expect(() => readFileSync(cluster.kubeconfig)).to.throw(/ENOENT/);
      await fetch(cluster.server).then(
        () => expect.fail('the API server still answers'),
        () => undefined,
      );
    });
  });
}
