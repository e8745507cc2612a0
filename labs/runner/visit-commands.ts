// The words of `kubelab lab` that are about a visit to a failed check.

import type { Command } from 'commander';
import { ConfigurationError } from '../../core/cluster/configuration-error.ts';

/** Adds them to `kubelab lab`. */
export function visitCommands(program: Command): void {
  program
    .command('visit')
    .description('the cluster of a failed check, frozen at the instant at which it failed, for kubectl')
    .argument('[lab]', 'its name or number; the one you are in or at unless told')
    .argument('[program...]', 'after --: run this there instead of a shell')
    .option('--check <id>', 'of this check: 3.4; the first that fails unless told')
    .option('--seed <n>', 'with this seed, as a failed check names it; the first that fails unless told')
    .option('--at <seconds>', 'at this time of the check instead')
    .option('--file <file>', 'of this file instead of the one in your folder')
    .option('--plain', 'no colours')
    .action(async (lab, words, options, command: Command) => {
      const { visit } = await import('./commands/visit.ts');
      // Commander takes the first word behind `--` for the lab, where none was named.
      const all = lab === undefined ? [] : [lab, ...words];
      const { rawArgs: raw } = command.parent as unknown as { readonly rawArgs: readonly string[] };
      const behind = raw.includes('--') ? raw.length - 1 - raw.indexOf('--') : 0;
      const [name, ...others] = all.slice(0, all.length - behind);
      if (others.length > 0) {
        throw new ConfigurationError(
          `visit takes one lab, and "${others.join(' ')}" stands behind it; a program to run inside goes behind --: npx kubelab lab visit ${name} -- kubectl get pods`,
        );
      }
      await visit(name, all.slice(all.length - behind), options);
    });

  program
    .command('step')
    .description('inside of a visit: the next instant, and what changed')
    .argument('[n]', 'so many instants')
    .option('--back', 'the other direction')
    .option('--plain', 'no colours')
    .action(async (n, options) => (await import('./commands/step.ts')).step(n, options));

  program
    .command('kubectl', { hidden: true })
    .allowUnknownOption()
    .passThroughOptions()
    .helpOption(false)
    .argument('[args...]')
    .action(async (args) => (await import('./commands/kubectl.ts')).kubectl(args));
}
