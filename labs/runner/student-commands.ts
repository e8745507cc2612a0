// The words of `kubelab lab` that are about the student's own folder and progress. Each command's work is in commands/, loaded
// when it is asked for.

import type { Command } from 'commander';

const plain = (command: Command) => command.option('--plain', 'no colours, no redrawing: for screen readers and logs');
const lab = (command: Command) => command.argument('[lab]', 'its name or number; the one you are in or at unless told');
const json = (command: Command) =>
  command.option('-o, --output <format>', 'json').option('--json', 'the same as -o json');

/** Adds them to `kubelab lab`. */
export function studentCommands(program: Command): void {
  plain(program).action(async (options) => (await import('./commands/go-on.ts')).goOn(options));

  plain(json(program.command('list')))
    .description('all labs, and how far you are')
    .action(async (options) => (await import('./commands/list.ts')).list(options));

  program
    .command('start')
    .description('get a lab into your own folder; nothing that is there is overwritten')
    .argument('[lab]', 'its name or number')
    .option('--folder <folder>', 'your folder, for all labs (kubelab-labs beside the clone; KUBELAB_LABS)')
    .action(async (lab, options) => (await import('./commands/start.ts')).start(lab, options));

  plain(program.command('next'))
    .description('get the next lab that is not done')
    .action(async () => (await import('./commands/start.ts')).next());

  plain(lab(program.command('watch')))
    .description('check your file whenever you save it')
    .action(async (lab, options) => (await import('./commands/watch.ts')).watch(lab, options));

  plain(lab(program.command('hint')))
    .description('a hint for the first check that fails, each time a plainer one')
    .option('--check <id>', 'for this check instead: 3.4')
    .option('--level <n>', '1: where to look, 2: which idea, 3: nearly the code')
    .action(async (lab, options) => (await import('./commands/hint.ts')).hint(lab, options));

  plain(lab(program.command('read')))
    .description('what the lab is about')
    .action(async (lab, options) => (await import('./commands/read.ts')).read(lab, options));

  lab(program.command('solution'))
    .description('how it can be done, once you have passed')
    .option('--give-up', 'before that')
    .action(async (lab, options) => (await import('./commands/solution.ts')).solution(lab, options));

  lab(program.command('reset'))
    .description('begin a lab again; what you wrote is kept beside it')
    .action(async (lab) => (await import('./commands/reset.ts')).reset(lab));

  plain(json(program.command('grade')))
    .description('check all labs in your folder, or in the folders of many')
    .argument('[folders...]')
    .option('--junit <file>', 'write a JUnit report too')
    .action(async (folders, options) => (await import('./commands/grade.ts')).grade(folders, options));
}
