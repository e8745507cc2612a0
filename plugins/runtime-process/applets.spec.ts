import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { Pods } from './pods.fixture.ts';

describe('scripts of containers', () => {
  let pods: Pods;
  beforeEach(() => {
    pods = new Pods();
  });
  afterEach(() => pods.close());

  it("keeps scripts off the machine's files", async () => {
    const victim = mkdtempSync(join(tmpdir(), 'kubelab-victim-'));
    const { id } = await pods.run('one', 'busybox', { command: ['sleep', '1000'] });
    const sh = (script: string) => pods.exec(id, 'sh', '-c', script);
    const { err } = await sh(
      `echo init > ${victim}/x; mkdir -p ${victim}/data /kubelab-data; echo b > /kubelab-data/y`,
    );
    expect(err).to.match(/main\.0\/.*\/x/);
    expect((await sh('cat /kubelab-data/y; ls /')).out).to.match(/^b\n(.*\n)*kubelab-data\n/);
    expect(existsSync('/kubelab-data')).to.equal(false);
    expect(readdirSync(victim)).to.deep.equal([]);
    // Paths that are no longer written out when the program gets them.
    for (const script of [
      `rm -rf "$D"`,
      `touch $D/x`,
      'cd "$D" && touch x',
      'cp /etc/hostname "$D"',
      'rm -rf "$D/../../tmp"',
    ]) {
      const { code, err } = await sh(`D=$(printf %s%s / ${victim.slice(1)}); ${script}`);
      expect([code, err], script).to.satisfy(
        ([c, e]: [number, string]) => c === 1 && e.includes('belongs to this machine'),
      );
    }
    expect(readdirSync(victim)).to.deep.equal([]);
    expect((await sh('cd /tmp && mkdir a && touch a/b && cp a/b c && rm -r a && ls a c')).out).to.equal('c\n');
    rmSync(victim, { recursive: true });
  });

  it('keeps the shell for machines without one in its container too', async () => {
    const shell = join(import.meta.dirname, 'images', 'shell.mjs');
    const { id } = await pods.run('one', 'busybox', { command: ['sleep', '1000'] });
    const sh = (script: string) => pods.exec(id, 'node', shell, 'sh', '-c', script);
    const script =
      'mkdir /kubelab-data; D=/kubelab-data; echo b > $D/y; cat $D/y; echo no > /dev/null; ls /; rm -rf $D /*';
    expect((await sh(script)).out).to.match(/^b\n(.*\n)*kubelab-data\n/);
    expect(existsSync('/kubelab-data')).to.equal(false);
    expect((await sh('test -d /kubelab-data || echo gone; cat /etc/passwd')).out).to.equal('gone\n');
  });
});
