// A store given by path: part of the cluster's own process, unlike other plugin files; what is wrong with it is said in the
// same words. Each case is the real command.

import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { firstOf } from '../../../core/testing/runs.ts';
import { CommandRoom } from '../command.fixture.ts';

const memory = fileURLToPath(new URL('../../store-memory/', import.meta.url));

describe('a store given by path', function () {
  this.timeout(60_000);
  let room: CommandRoom;

  beforeEach(() => {
    room = new CommandRoom();
  });
  afterEach(() => room.close());

  const file = (name: string, text: string) => writeFileSync(path.join(room.folder, name), text);

  it('is what the cluster stands on, in its own process, and says so', async () => {
    mkdirSync(path.join(room.folder, 'mine'));
    for (const name of readdirSync(memory).filter((name) => /(?<!\.spec)\.ts$/.test(name))) {
      const text = readFileSync(path.join(memory, name), 'utf8').replaceAll(/'\.\.\/\.\.\/core\/.*'/g, "'kubelab'");
      const note = name === 'memory-store.ts' ? "\nconsole.error('a store in process', process.pid);\n" : '';
      file(path.join('mine', name), text + note);
    }
    const up = await room.up('--store', './mine/plugin.ts', '--watch');
    expect(up.stdout).to.include('store ./mine/plugin.ts');

    const created = await room.kubelab('kubectl', 'create', 'configmap', 'kept', '--from-literal=a=b');
    expect(created.code, created.stderr).to.equal(0);
    const got = await room.kubelab('kubectl', 'get', 'configmap', 'kept', '-o', 'jsonpath={.data.a}');
    expect(got.stdout).to.equal('b');
    expect((await room.kubelab('status')).stdout).to.match(/^store +Store +\.\/mine\/plugin\.ts +Running/m);

    const swapped = await room.kubelab('swap', 'store', './mine/plugin.ts');
    expect(swapped.code, swapped.stderr).to.equal(0);
    expect(swapped.stdout).to.match(/all objects were copied/);
    const kept = await room.kubelab('kubectl', 'get', 'configmap', 'kept', '-o', 'jsonpath={.data.a}');
    expect(kept.stdout).to.equal('b');
    expect((await room.kubelab('down')).code).to.equal(0);
    const { code, stderr } = await up.ended;
    expect(code).to.equal(0);
    expect(stderr).to.include(`\na store in process ${up.process.pid}\n`);
    expect(stderr).to.match(/^store \.\/mine\/plugin\.ts runs in the cluster's own process: .*does not reload it$/m);
  });

  const head = "import { plugin, Store, Scheduler } from 'kubelab';\n";
  const wrong: readonly (readonly [what: string, code: number, text: string, message: RegExp])[] = [
    ['does not compile', 1, `${head}\nexport default plugin({ name: ;`, /^error: mine\.ts:3:\d+: Unexpected ";"$/m],
    [
      'throws when it is imported',
      1,
      `${head}\nthrow new TypeError('no luck');`,
      /^error: mine\.ts:3: TypeError: no luck$/m,
    ],
    [
      'is a store and more',
      2,
      `${head}export default plugin({ name: 'mine', description: 'm', provides: [Store, Scheduler], bind: ({ bind }) => { bind(Store).toConstantValue({} as never); bind(Scheduler).toConstantValue({} as never); } });`,
      /mine\.ts provides Store, Scheduler: a plugin given by path may be a Scheduler, a Controller or a Store/,
    ],
  ];
  for (const [what, code, text, message] of firstOf(wrong, 1)) {
    it(`that ${what} is refused before anything starts`, async () => {
      file('mine.ts', text);
      const outcome = await room.kubelab('up', '--store', './mine.ts');
      expect(outcome.stderr).to.match(message);
      expect(outcome.code).to.equal(code);
      expect(readdirSync(room.home)).to.deep.equal([]);
    });
  }
});
