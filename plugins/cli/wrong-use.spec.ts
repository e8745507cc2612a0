// The kubelab command used wrongly: what it says, its exit code, and that nothing is left.

import { readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect } from 'chai';
import { CommandRoom } from './command.fixture.ts';

describe('the kubelab command, used wrongly,', function () {
  this.timeout(60_000);
  let room: CommandRoom;
  let home: string;
  let folder: string;

  beforeEach(() => {
    room = new CommandRoom();
    ({ home, folder } = room);
  });
  afterEach(() => room.close());

  const kubelab = (...args: string[]) => room.kubelab(...args);

  describe('says what is wrong, and ends with', () => {
    const cases: readonly (readonly [code: number, args: string, message: RegExp])[] = [
      [2, 'up --bogus', /unknown option '--bogus'/],
      [2, 'up extra', /too many arguments for 'up'/],
      [2, 'up -o yaml', /^error: -o yaml: the only output format of kubelab up is json$/m],
      [2, 'up --nodes three', /^error: --nodes wants a whole number from 0 to 5000; found "three"$/m],
      [2, 'up --port 70000', /^error: --port wants a whole number from 0 to 65535; found "70000"$/m],
      [2, 'up --name Bad_Name', /^error: cluster name "Bad_Name": use small letters/m],
      [
        2,
        'up --scheduler roundrobin',
        /^error: no plugin is called roundrobin \(did you mean round-robin\?\); for Scheduler/m,
      ],
      [2, 'up --scheduler controller-node', /provides Controller, not Scheduler/],
      [2, 'up -f nowhere.yaml', /^error: cannot read nowhere\.yaml: ENOENT/m],
      [1, 'up --scheduler ./nowhere.ts', /^error: nowhere\.ts: ENOENT/m],
      [2, 'swap scheduler', /^error: swap wants a component and a plugin/m],
      [2, 'node stop', /missing required argument 'node'/],
      [2, 'frobnicate', /unknown command 'frobnicate'/],
      [2, 'status -o yaml', /the only output format of kubelab status is json/],
      [3, 'status', /^error: no cluster called kubelab runs; start one with: kubelab up$/m],
      [3, 'down --name other', /^error: no cluster called other runs/m],
      [3, 'shell', /^error: no cluster called kubelab runs/m],
      [3, 'node stop node-2', /^error: no cluster called kubelab runs/m],
      [3, 'swap scheduler round-robin', /^error: no cluster called kubelab runs/m],
    ];
    for (const [code, args, message] of cases) {
      it(`${code}: kubelab ${args}`, async () => {
        const outcome = await kubelab(...args.split(' '));
        expect(outcome.stderr).to.match(message);
        expect(outcome.code).to.equal(code);
        expect(outcome.stdout).to.equal('');
        expect(readdirSync(home)).to.deep.equal([]);
      });
    }

    it('2: a wrong option in a cluster file, by file, line and plugin', async () => {
      writeFileSync(
        path.join(folder, 'cluster.yaml'),
        'apiVersion: kubelab.dev/v1\nkind: Cluster\nspec:\n  scheduler:\n    plugin: resource-fit\n    options: { strategy: sprad }\n',
      );
      const { code, stderr } = await kubelab('up', '-f', 'cluster.yaml');
      expect(stderr).to.equal(
        'error: plugin scheduler-resource-fit (cluster.yaml:4): option strategy must be one of the following values: spread, pack; found "sprad"\n',
      );
      expect(code).to.equal(2);
    });

    it('1: a student’s file that does not compile', async () => {
      writeFileSync(path.join(folder, 'mine.ts'), '\nexport default plugin(;');
      const { code, stderr } = await kubelab('up', '--scheduler', './mine.ts');
      expect(stderr).to.match(/^error: mine\.ts:2:\d+: /);
      expect(code).to.equal(1);
    });
  });
});
