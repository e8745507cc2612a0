// "Try it" of this lab, command for command as README.md has it, in a live cluster with the lab's solution swapped in: the
// Service answers, follows its pods, and leaves no slice. With all tests asked for only: its pods are processes.

import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { copyFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect } from 'chai';
import { allTests } from '../../core/testing/runs.ts';
import { freePort } from '../../plugins/cli/e2e/free-port.ts';
import { environment, TestCluster } from '../../plugins/cli/e2e/harness.ts';
import { root, run } from '../../plugins/cli/e2e/run.ts';
import { labFolder } from '../kit/texts.ts';

const lab = labFolder('04-endpoints');
const section = /^## Try it\n([\s\S]*?)^## /m.exec(readFileSync(path.join(lab, 'README.md'), 'utf8'))?.[1] ?? '';
/** Its `sh` blocks but the one that starts the cluster. */
const [, ...blocks] = [...section.matchAll(/^```sh\n([\s\S]*?)^```/gm)].map(([, block]) => block!);

// Minutes long: for `npm run test:all`.
(allTests ? describe : () => {})('lab 04-endpoints: try it', function () {
  this.timeout(300_000);
  let cluster: TestCluster | undefined;
  let folder: string;

  before(async () => {
    folder = mkdtempSync(path.join(tmpdir(), 'kubelab-try-'));
    mkdirSync(path.join(folder, '04-endpoints'));
    await copyFile(path.join(lab, 'solution.ts'), path.join(folder, '04-endpoints', 'endpoints.ts'));
    cluster = await TestCluster.start(['--watch', '--port', '0']);
  });
  after(async () => {
    await cluster?.destroy();
    rmSync(folder, { recursive: true, force: true });
  });

  it('does what the page says', async () => {
    const kubelab = `'${process.execPath}' '${path.join(root, 'plugins/cli/bin/kubelab.mjs')}'`;
    const port = String(await freePort(31_000)); // somebody may use the page's own port on this machine
    const text = blocks.join('').replaceAll('npx kubelab', kubelab).replaceAll('30080', port);
    const options = { cwd: folder, env: environment(cluster!.base, {}), timeout: 240_000 };
    const { code, stdout, stderr } = await run('sh', ['-ec', text], options);
    expect(code, `${stdout}${stderr}`).to.equal(0);
    expect(stdout).to.match(/^controller-endpoints: controller-endpoints -> \.\/04-endpoints\/endpoints\.ts/m);
    const slices = stdout.match(/^web\.80 +IPv4 +80 +\S+( \+ \d more\.\.\.)? +\d/gm) ?? [];
    expect(slices.map((line) => line.includes('+ 1 more'))).to.deep.equal([false, true]);
    const answers = stdout.match(/^Hello from web-\S+/gm) ?? [];
    expect(new Set(answers).size, stdout).to.equal(2);
    expect(stdout).to.match(/^Endpoints: +\S+ \+ 1 more\.\.\.|^Endpoints: +(\S+:80,?){4}/m);
    const [, left = ''] = stdout.split('service "web" deleted');
    expect(left).to.include('kubernetes').and.not.to.include('web');
  });
});
