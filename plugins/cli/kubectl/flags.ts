// Flags as kubectl takes them (spf13/pflag), put into the form that commander reads.
//   -n=web  -nweb  -n web  --namespace=web     are one
//   --wait=false  --all=true                   flags with a truth value take one after '=' only
//   --dry-run                                  a flag with an optional value takes it after '=' only

import { Command, type Option } from 'commander';
import type { KubectlCommand } from './command.ts';
import { KubectlError, unknownToUs } from './errors.ts';

/** Flags of every command. */
export function globalFlags(command: Command): Command {
  return command
    .option('-n, --namespace <name>', 'the namespace to work in')
    .option('--kubeconfig <file>', 'the cluster to speak to')
    .option('--context <name>', 'the context of the kubeconfig')
    .option('--cache-dir <folder>', 'taken, and not needed: nothing is cached')
    .option('-h, --help', 'this text');
}

export function commandFlags(name: string, command: KubectlCommand): Command {
  const parser = new Command(`kubectl ${name}`)
    .description(command.summary)
    .usage(command.usage)
    .helpOption(false)
    .allowExcessArguments()
    .exitOverride()
    .configureOutput({ writeErr: () => {} });
  command.flags?.(parser);
  return globalFlags(parser);
}

const globals = globalFlags(new Command()).options;

/** The arguments that are no flags, nor values of flags that all commands have. */
export function wordsOf(args: readonly string[]): string[] {
  return wordsOf.places(args).map((place) => args[place]!);
}

/** Where they stand. */
wordsOf.places = (args: readonly string[]): number[] => {
  const places: number[] = [];
  for (let place = 0; place < args.length; place += 1) {
    const arg = args[place]!;
    if (arg === '--') break;
    if (!arg.startsWith('-') || arg === '-') places.push(place);
    else if (globals.some((option) => option.required && (arg === option.long || arg === option.short))) place += 1;
  }
  return places;
};

/** The arguments in commander's form; 'help' when they ask for it. @throws KubectlError for a flag that is not there. */
export function toCommander(args: readonly string[], options: readonly Option[]): string[] | 'help' {
  const given: string[] = [];
  const rest = [...args];
  for (let arg = rest.shift(); arg !== undefined; arg = rest.shift()) {
    if (arg === '--') return [...given, arg, ...rest];
    if (arg === '--help' || arg === '-h') return 'help';
    if (arg.startsWith('--')) given.push(...longFlag(arg, options, rest));
    else if (arg.startsWith('-') && arg !== '-') given.push(...shortFlags(arg, options, rest));
    else given.push(arg);
  }
  return given;
}

function longFlag(arg: string, options: readonly Option[], rest: string[]): string[] {
  const [, name = '', value] = /^(--[^=]+)(?:=(.*))?$/s.exec(arg) ?? [];
  const option = options.find(({ long }) => long === name);
  const opposite = options.find(({ long }) => long === name.replace(/^--/, '--no-'));
  if (!option && !opposite) throw unknownToUs(name);
  if (option?.required) {
    const said = value ?? rest.shift();
    if (said === undefined) throw new KubectlError(`flag needs an argument: ${name}`);
    return [`${name}=${said}`];
  }
  if (option?.optional) return [`${name}=${value ?? option.presetArg ?? 'true'}`];
  if (isYes(value ?? 'true')) return option ? [name] : [];
  return opposite?.long ? [opposite.long] : [];
}

function shortFlags(arg: string, options: readonly Option[], rest: string[]): string[] {
  for (let letters = arg.slice(1), given: string[] = []; ; letters = letters.slice(1)) {
    const option = options.find(({ short }) => short === `-${letters[0]}`);
    if (!option?.long) throw unknownToUs(`-${letters[0] ?? ''}`);
    const value = letters.slice(1);
    if (option.required || option.optional) {
      const said = value === '' && option.required ? rest.shift() : value.replace(/^=/, '');
      if (said === undefined) throw new KubectlError(`flag needs an argument: '${letters[0]}' in ${arg}`);
      return [...given, `${option.long}=${said}`];
    }
    given = [...given, ...longFlag(`${option.long}${value.startsWith('=') ? value : ''}`, options, rest)];
    if (value === '' || value.startsWith('=')) return given;
  }
}

const isYes = (value: string): boolean => !['false', 'f', '0', 'F', 'False', 'FALSE'].includes(value);
