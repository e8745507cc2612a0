// "Try it" of this lab, command for command as README.md has it, in a live cluster with the lab's solution swapped in. With all
// tests asked for only: some twenty programs are started for it.

import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect } from 'chai';
import { allTests } from '../../core/testing/runs.ts';
import { environment, TestCluster } from '../../plugins/cli/e2e/harness.ts';
import { eventually, root, run } from '../../plugins/cli/e2e/run.ts';
import { labFolder } from '../kit/texts.ts';

const lab = labFolder('03-replication');
const section = /^## Try it\n([\s\S]*?)^## /m.exec(readFileSync(path.join(lab, 'README.md'), 'utf8'))?.[1] ?? '';
/** All lines of its `sh` blocks but the one that starts the cluster. */
const commands = [...section.matchAll(/^```sh\n([\s\S]*?)^```/gm)]
  .flatMap(([, block]) => block!.trim().split('\n'))
  .slice(1);
const manifest = /^```yaml web\.yaml\n([\s\S]*?)^```/m.exec(section)?.[1] ?? '';

// Minutes long: for `npm run test:all`.
(allTests ? describe : () => {})('lab 03-replication: try it', function () {
  this.timeout(240_000);
  let cluster: TestCluster;
  let folder: string;

  before(async () => {
    folder = mkdtempSync(path.join(tmpdir(), 'kubelab-try-'));
    mkdirSync(path.join(folder, '03-replication'));
    writeFileSync(
      path.join(folder, '03-replication', 'replication.ts'),
      readFileSync(path.join(lab, 'solution.ts'), 'utf8'),
    );
    writeFileSync(path.join(folder, 'web.yaml'), manifest);
    cluster = await TestCluster.start(['--watch', '--nodes', '2', '--runtime', 'mock', '--port', '0']);
  });
  after(async () => {
    await cluster?.destroy();
    rmSync(folder, { recursive: true, force: true });
  });

  const type = async (line: string): Promise<string> => {
    const kubelab = `'${process.execPath}' '${path.join(root, 'plugins/cli/bin/kubelab.mjs')}'`;
    const options = { cwd: folder, env: environment(cluster.base, {}) };
    const { code, stdout, stderr } = await run('sh', ['-c', line.replace(/^npx kubelab/, kubelab)], options);
    expect(code, `${line}\n${stdout}${stderr}`).to.equal(0);
    return stdout;
  };
  const running = (selector: string, wanted: number) =>
    eventually(`${wanted} pods of ${selector}`, async () => {
      const said = await type(`npx kubelab kubectl get pods --selector ${selector} --no-headers`);
      const lines = said.split('\n').filter((line) => line !== '');
      return (lines.length === wanted && lines.every((line) => line.includes('Running'))) || undefined;
    });

  it('does what the page says', async () => {
    const told: string[] = [];
    for (const line of commands) {
      if (line === 'npx kubelab swap --undo') {
        const [component] = (await type('npx kubelab kubectl get components --no-headers')).match(
          /^controller-repl.*$/m,
        )!;
        expect(component).to.match(/\.\/03-replication\/replication\.ts +Running +0 /);
      }
      told.push(await type(line));
      const wanted = / deployment web --replicas=(\d)/.exec(line)?.[1];
      if (wanted) await running('app=web', Number(wanted));
      if (line.includes('delete pod')) await running('app=web', 3);
      if (line.includes('web.yaml')) await running('app=alone', 2);
    }
    const owners = told
      .find((text) => text.startsWith('POD'))!
      .trim()
      .split('\n')
      .slice(1);
    expect(owners).to.have.length(2);
    expect(new Set(owners.map((line) => line.split(/ +/)[1])).size).to.equal(1);
    expect(told.join('\n')).not.to.include('<none>');
  });
});
