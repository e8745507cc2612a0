import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';

describe('the shell for machines without one', () => {
  const program = fileURLToPath(new URL('./images/shell.mjs', import.meta.url));
  let folder: string;
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'kubelab-shell-'));
  });
  after(() => rmSync(folder, { recursive: true }));

  const run = (...args: string[]) => {
    const { status, stdout, stderr } = spawnSync(process.execPath, [program, ...args], {
      cwd: folder,
      encoding: 'utf8',
    });
    return { status, stdout, stderr };
  };

  it('runs loops, conditions, variables and substitutions', () => {
    const script = `
      X=5  # a comment
      while [ $X -gt 3 ]; do echo "x is $X; ok"; X=3; done
      for i in 1 2 3; do echo -n $i; done; echo
      if test -f nothing; then echo yes; else echo no; fi
      echo $(echo sub "$X") && false || echo "or $?"
      echo 'single $X' "say \\"hi\\" it's" \${X}
      exit 7; echo never`;
    expect(run('sh', '-c', script)).to.deep.equal({
      status: 7,
      stdout: 'x is 5; ok\n123\nno\nsub 3\nor 1\nsingle $X say "hi" it\'s 3\n',
      stderr: '',
    });
  });

  it('writes files, reads them, and takes arguments', () => {
    const script = 'echo "$0" > file; echo $1 >> file; cat file; ls; rm -f file; cat file';
    const { status, stdout, stderr } = run('sh', '-c', script, 'zero one', 'two');
    expect([status, stdout]).to.deep.equal([1, 'zero one\ntwo\nfile\n']);
    expect(stderr).to.equal('sh: cat: file: No such file or directory\n');
  });

  it('runs one command, and says what it does not know', () => {
    expect(run('echo', 'a b', 'c').stdout).to.equal('a b c\n');
    expect(run('sh', '-c', 'no-such-program')).to.deep.include({
      status: 127,
      stderr: 'sh: no-such-program: not found\n',
    });
    expect(run('sh', '-c', 'echo a | cat')).to.deep.include({
      status: 2,
      stderr: 'sh: this shell does not know "|"\n',
    });
    expect(run('sh', '-c', 'while true; do echo').stderr).to.equal(
      'sh: syntax error: expected "done", found "the end"\n',
    );
  });
});
