// Flags in all the forms that kubectl takes them.

import { expect } from 'chai';
import { Command } from 'commander';
import { several } from './command.ts';
import { globalFlags, toCommander, wordsOf } from './flags.ts';

const read = (...args: string[]) => {
  const command = globalFlags(new Command())
    .option('-o, --output <format>')
    .option('-A, --all-namespaces')
    .option('-w, --watch')
    .option('--no-wait')
    .option('--dry-run [mode]')
    .option('-f, --filename <file>', '', several)
    .option('--tail <n>')
    .allowExcessArguments()
    .helpOption(false);
  const given = toCommander(args, command.options);
  if (given === 'help') return given;
  command.parse(given, { from: 'user' });
  return { ...command.opts(), args: command.args };
};

describe('flags', () => {
  it('take their value after a blank, after =, or at once', () => {
    for (const form of [['-o', 'yaml'], ['-o=yaml'], ['-oyaml'], ['--output', 'yaml'], ['--output=yaml']]) {
      expect(read('pods', ...form)).to.deep.include({ output: 'yaml', args: ['pods'] });
    }
    expect(read('--tail', '-1')).to.deep.include({ tail: '-1' });
    expect(read('-Aw')).to.deep.include({ allNamespaces: true, watch: true });
    expect(read('-Aoyaml', 'x')).to.deep.include({ allNamespaces: true, output: 'yaml', args: ['x'] });
  });

  it('may be given several times', () => {
    expect(read('-f', 'a', '-f', '-')).to.deep.include({ filename: ['a', '-'] });
  });

  it('with a truth value take it after = only', () => {
    expect(read('--watch=false', '--wait=false', 'x')).to.deep.equal({ wait: false, args: ['x'] });
    expect(read('--wait=true', '--watch=true', 'x')).to.deep.equal({ wait: true, watch: true, args: ['x'] });
    expect(read('--dry-run', 'x')).to.deep.include({ dryRun: 'true', args: ['x'] });
    expect(read('--dry-run=client', 'x')).to.deep.include({ dryRun: 'client', args: ['x'] });
  });

  it('end at --', () => {
    expect(read('a', '--', '-o', '--nonsense')).to.deep.include({ args: ['a', '-o', '--nonsense'] });
  });

  it('that are not there are named, with the page that has them all', () => {
    expect(() => read('--nonsense=1'))
      .to.throw('does not know "--nonsense"')
      .with.property('exitCode', 1);
    expect(() => read('-z')).to.throw('https://kubernetes.io/docs/tasks/tools/');
    expect(() => read('-o')).to.throw("flag needs an argument: 'o' in -o");
  });

  it('of all commands may stand before the command', () => {
    expect(wordsOf(['-n', 'web', 'rollout', '--context=x', 'status', 'deploy/web'])).to.deep.equal([
      'rollout',
      'status',
      'deploy/web',
    ]);
  });
});
