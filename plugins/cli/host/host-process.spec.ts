// What can be the matter with a plugin file, and the words in which it is said. Each case is a real process.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect } from 'chai';
import { ConfigurationError } from '../../../core/cluster/configuration-error.ts';
import { firstOf } from '../../../core/testing/runs.ts';
import { PluginFileError } from '../exit.ts';
import { builtHost } from './built.fixture.ts';
import { HostProcess } from './host-process.ts';

describe('a plugin file', function () {
  this.timeout(60_000);
  let folder: string;

  let program: string;

  before(async () => {
    program = await builtHost();
    folder = mkdtempSync(path.join(tmpdir(), 'kubelab plugin files '));
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  const head = "import { Controller, plugin, Scheduler } from 'kubelab';\n";
  const name = "name: 'scheduler-mine', description: 'mine'";
  const bind =
    'bind: ({ bind }) => { bind(Scheduler).toResolvedValue(() => ({ name: "mine", retryOn: [], place: () => ({ unschedulable: {} }) })); }';

  const load = async (text: string | undefined, options = {}) => {
    const file = path.join(folder, 'mine.ts');
    rmSync(file, { force: true });
    if (text !== undefined) writeFileSync(file, text);
    const host = new HostProcess(file, options, program);
    try {
      return await host.loaded;
    } finally {
      await host.stop();
    }
  };
  const refusal = (text: string | undefined, options = {}): Promise<Error> =>
    load(text, options).then(
      () => expect.fail('the file was taken'),
      (error: Error) => error,
    );

  it('is taken when it exports a plugin; types, decorators and packages of Kubelab work in it', async () => {
    const { name: found, provides } = await load(`${head}import { IsInt } from 'class-validator';
import type { Observable } from 'rxjs';
class Options { @IsInt() limit = 3; other?: Observable<number> }
export default plugin({ ${name}, provides: [Scheduler], options: Options, ${bind} });`);
    expect(found).to.equal('scheduler-mine');
    expect(provides).to.deep.equal(['Scheduler']);
  });

  const wrong: readonly (readonly [what: string, text: string | undefined, message: RegExp])[] = [
    ['is not there', undefined, /^mine\.ts: ENOENT: no such file or directory, open '.*mine\.ts'$/],
    ['does not compile', `${head}\nexport default plugin({ name: ;`, /^mine\.ts:3:\d+: Unexpected ";"$/],
    [
      'throws when it is imported',
      `${head}\nthrow new TypeError('no such luck');`,
      /^mine\.ts:3: TypeError: no such luck$/,
    ],
    ['throws something that is no error', 'throw 7;', /^mine\.ts threw 7$/],
    ['imports what there is not', "import './nowhere.ts';", /^mine\.ts: .*nowhere\.ts/],
    [
      'imports a name that kubelab does not have',
      "import { Schedular } from 'kubelab'; console.log(Schedular);",
      /^mine\.ts.*: .*Schedular/,
    ],
    [
      'exports nothing',
      'const a = 1;',
      /^mine\.ts has no default export: write "export default plugin\(.*; it exports nothing$/,
    ],
    [
      'exports the wrong thing only',
      'export const mine = 1;',
      /^mine\.ts has no default export: .*; it exports mine only$/,
    ],
    ['exports a number', 'export default 5;', /^the default export of mine\.ts is 5, not a plugin: write/],
    [
      'exports a class',
      'export default class Mine {}',
      /^the default export of mine\.ts is the class Mine, not a plugin/,
    ],
    ['exports a bare object', `export default { ${name}, bind() {} };`, /^mine\.ts exports a bare object: wrap it/],
    [
      'calls its plugin',
      `${head}export default plugin({ ${name}, provides: [Scheduler], ${bind} })();`,
      /^mine\.ts exports what its plugin returns: leave the last \(\) out/,
    ],
    [
      'does not say what it provides',
      `${head}export default plugin({ ${name}, ${bind} } as never);`,
      /^plugin scheduler-mine in mine\.ts does not say which slots it fills/,
    ],
    [
      'binds nothing',
      `${head}export default plugin({ ${name}, provides: [Scheduler], bind() {} });`,
      /^plugin mine\.ts says that it provides Scheduler but its bind\(\) does not bind it/,
    ],
    [
      'ends its process',
      `${head}\nprocess.exit(0);`,
      /^mine\.ts:3: it called process\.exit\(0\); a plugin ends when its cluster stops it$/,
    ],
    ['does not return', `${head}\nfor (;;) {}`, /^mine\.ts did not return, mine\.ts:3$/],
  ];
  for (const [what, text, message] of firstOf(wrong, 4)) {
    it(`that ${what} is refused`, async () => {
      const error = await refusal(text);
      expect(error.message).to.match(message);
      expect(error).to.be.instanceOf(what === 'binds nothing' ? ConfigurationError : PluginFileError);
    });
  }

  it('that is well, with a wrong option, is told apart from one that is wrong', async () => {
    const text = `${head}export default plugin({ ${name}, provides: [Scheduler], ${bind} });`;
    const error = await refusal(text, { strategy: 'pack' });
    expect(error).to.be.instanceOf(ConfigurationError);
    expect(error.message).to.equal('plugin mine.ts takes no options; found strategy');
  });

  it('ends at once when it is stopped while it loads', async () => {
    const file = path.join(folder, 'slow.ts');
    writeFileSync(file, 'await new Promise(() => {});');
    const host = new HostProcess(file, {}, program);
    const loading = host.loaded.then(
      () => 'loaded',
      () => 'ended',
    );
    await host.stop();
    expect(await loading).to.equal('ended');
  });
});
