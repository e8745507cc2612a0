// The main job where no kubectl is installed: the command's own one does all of it.

import { mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect } from 'chai';
import { fetchText, nodePortOf, readyPods, startGuestbook } from '../e2e/guestbook.ts';
import { eventually, TestCluster } from '../e2e/harness.ts';

describe('the main job without a kubectl on the PATH', function () {
  this.timeout(120_000);
  let cluster: TestCluster;
  let programs: string;

  const kubectl = async (...args: string[]): Promise<string> => {
    const { code, stdout, stderr } = await cluster.kubelab('kubectl', ...args);
    expect(code, `kubectl ${args.join(' ')}\n${stdout}${stderr}`).to.equal(0);
    return stdout;
  };
  const json = async (...args: string[]) => JSON.parse(await kubectl(...args, '-o', 'json'));

  before(async () => {
    programs = mkdtempSync(path.join(tmpdir(), 'kubelab no kubectl '));
    symlinkSync(process.execPath, path.join(programs, path.basename(process.execPath)));
    cluster = await TestCluster.start([], { env: { PATH: programs } });
  });
  after(async () => {
    await cluster?.stop();
    cluster?.clean();
    rmSync(programs, { recursive: true, force: true });
  });

  it('runs the guestbook, replaces a pod, changes an image and goes back', async () => {
    const port = await startGuestbook(kubectl);
    expect(await fetchText(`http://127.0.0.1:${port}/`)).to.include('<form');

    const [victim = ''] = await readyPods(json, 'tier=web');
    await kubectl('delete', 'pod', victim);
    await eventually('another pod is Ready', async () => {
      const pods = await readyPods(json, 'tier=web');
      return (pods.length === 3 && !pods.includes(victim)) || undefined;
    });

    await kubectl('set', 'image', 'deployment/guestbook', 'web=httpd');
    await kubectl('rollout', 'undo', 'deployment/guestbook');
    expect(await kubectl('rollout', 'status', 'deployment/guestbook', '--timeout=60s')).to.include('successfully');
    expect(await nodePortOf(json, 'guestbook')).to.equal(port);
  });

  it('takes a node away', async () => {
    await kubectl('drain', 'node-2', '--force', '--delete-emptydir-data', '--timeout=60s');
    await kubectl('delete', 'node', 'node-2');
    await kubectl('rollout', 'status', 'deployment/guestbook', '--timeout=60s');
    const nodes = await kubectl('get', 'pods', '-o', 'jsonpath={.items[*].spec.nodeName}');
    expect(nodes).to.not.include('node-2');
  });

  it('says which page has the real one', async () => {
    const { code, stderr } = await cluster.kubelab('kubectl', 'exec', 'web', '--', 'sh');
    expect(code).to.equal(1);
    expect(stderr).to.include('https://kubernetes.io/docs/tasks/tools/');
  });
});
