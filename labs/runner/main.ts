// The command `kubelab lab`: which words it knows. Each command's work is in a file of its own, loaded only when it is asked
// for: `kubelab lab list` does not pay for the cluster that `kubelab lab check` needs.

import { Command } from 'commander';
import { studentCommands } from './student-commands.ts';
import { visitCommands } from './visit-commands.ts';

const reports = (command: Command) =>
  command
    .option('--json', 'one JSON document instead of text')
    .option('--junit <file>', 'write a JUnit report too')
    .option('--plain', 'no colours, no redrawing');

/** @param args what stood behind `kubelab lab` */
export async function main(args: readonly string[]): Promise<void> {
  const program = new Command('kubelab lab')
    .description('build a part of Kubernetes yourself, and be told at once whether it is right')
    .exitOverride()
    .showHelpAfterError('(kubelab lab --help shows all commands)')
    .enablePositionalOptions();

  reports(program.command('check'))
    .description('check your file: what is right, and the first thing that is not')
    .argument('[lab]', 'its name or number; the one you are in or at unless told')
    .option('--file <file>', 'check this file instead of the one in your folder')
    .option('--check <id>', 'this check alone: 3.4')
    .option('--seed <n>', 'with this seed alone, as a failed check names it')
    .option('--seeds <n>', 'with seeds 1 to n')
    .option('--all', 'every failed check in full, not the first alone')
    .action(async (lab, options) => (await import('./check-command.ts')).check(lab, options));

  studentCommands(program);
  visitCommands(program);

  await program.parseAsync([...args], { from: 'user' });
}
