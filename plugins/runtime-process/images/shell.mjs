// A shell for machines without one (Windows), small enough to read: what the scripts of tutorials use.
//   shell.mjs sh -c 'SCRIPT' [name arg...]     shell.mjs sh FILE     shell.mjs COMMAND arg...
// Lists (; && || newline), while, until, for, if, variables, $(...), quotes, > and >>; commands: the table below, the
// images' own programs (wget, curl, nslookup, nc), and programs of the machine. No pipes, functions or background jobs:
// they are refused by name, not half done.

import { spawn } from 'node:child_process';
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { hostname } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseScript } from './shell-syntax.mjs';

const own = {
  wget: ['fetch.mjs', 'wget'],
  curl: ['fetch.mjs', 'curl'],
  nslookup: ['nslookup.mjs'],
  nc: ['nc.mjs'],
  'redis-cli': ['redis-cli.mjs'],
};
const variables = { ...process.env };
let status = 0;
// Absolute paths are the container's: `rm -rf /data` finds no /data of the machine.
globalThis[Symbol.for('kubelab.container')]?.rooted();

class Exit extends Error {
  constructor(code) {
    super(`exit ${code}`);
    this.code = code;
  }
}

const lookUp = (name) => (name === '?' ? String(status) : name === '$' ? String(process.pid) : (variables[name] ?? ''));

/** What a word means: variables, command substitutions and quotes. An unquoted empty word is none. */
async function expand(word) {
  let text = '';
  const pattern = /'([^']*)'|"((?:[^"\\]|\\.)*)"|\\(.)|\$\(([^)]*)\)|\$\{(\w+)\}|\$(\w+|[?$])|([^'"\\$]+|\$)/gsy;
  for (let match = pattern.exec(word); match; match = pattern.exec(word)) {
    const [, single, double, escaped, command, braced, name, plain] = match;
    if (double !== undefined) text += await expandQuoted(double);
    else if (command !== undefined) text += await captured(command);
    else text += single ?? escaped ?? plain ?? lookUp(braced ?? name);
  }
  return text;
}

async function expandQuoted(text) {
  const safe = text.replaceAll("'", "\\'").replace(/[\s;&|>#]+/g, (blank) => `'${blank}'`);
  return expand(safe.replaceAll("\\''", "\\'"));
}

async function captured(script) {
  let text = '';
  await runList(parseScript(script), (part) => {
    text += part;
  });
  return text.replace(/\n+$/, '');
}

async function runList(steps, write) {
  for (const step of steps) {
    if ((step.when === '&&' && status !== 0) || (step.when === '||' && status === 0)) continue;
    await runStep(step, write);
  }
  return status;
}

async function runStep(step, write) {
  if (step.kind === 'command') status = await runCommand(step, write);
  else if (step.kind === 'if')
    await runList((await runList(step.condition, write)) === 0 ? step.body : step.otherwise, write);
  else if (step.kind === 'for') {
    for (const word of step.words) {
      for (const value of (await expand(word)).split(/\s+/).filter(Boolean)) {
        variables[step.name] = value;
        await runList(step.body, write);
      }
    }
  } else
    while (((await runList(step.condition, write)) === 0) === (step.kind === 'while')) await runList(step.body, write);
}

async function runCommand({ words, redirects }, write) {
  const assignment = /^(\w+)=(.*)$/s.exec(words[0] ?? '');
  if (assignment && words.length === 1) {
    variables[assignment[1]] = await expand(assignment[2]);
    return 0;
  }
  const [name, ...args] = (await Promise.all(words.map(expand))).filter(
    (text, at) => text !== '' || /['"]/.test(words[at]),
  );
  let out = write;
  for (const { append, to } of redirects) {
    const file = await expand(to);
    if (file === '/dev/null') {
      out = () => {};
      continue;
    }
    if (!append) writeFileSync(file, '');
    out = (text) => appendFileSync(file, text);
  }
  if (name === undefined) return 0;
  try {
    return Object.hasOwn(applets, name) ? ((await applets[name](args, out)) ?? 0) : await external(name, args, out);
  } catch (error) {
    if (error instanceof Exit) throw error;
    process.stderr.write(
      `sh: ${name}: ${error.code === 'ENOENT' ? `${args.at(-1) ?? name}: No such file or directory` : error.message}\n`,
    );
    return 1;
  }
}

function external(name, args, write) {
  const [file, ...preset] = own[name] ?? [];
  const program = file ? process.execPath : name;
  const words = file ? [fileURLToPath(new URL(file, import.meta.url)), ...preset, ...args] : args;
  return new Promise((resolve) => {
    const child = spawn(program, words, { stdio: ['ignore', 'pipe', 'inherit'], env: variables, windowsHide: true });
    child.stdout.on('data', (data) => write(String(data)));
    child.on('error', () => {
      process.stderr.write(`sh: ${name}: not found\n`);
      resolve(127);
    });
    child.on('close', (code) => resolve(code ?? 1));
  });
}

const test = (args) => {
  const [a, operator, b] = args;
  if (args[0] === '!') return !test(args.slice(1));
  if (args.length === 2) {
    const found = existsSync(operator);
    const checks = {
      '-e': found,
      '-f': found && statSync(operator).isFile(),
      '-d': found && statSync(operator).isDirectory(),
    };
    return { ...checks, '-n': operator !== '', '-z': operator === '' }[a] ?? false;
  }
  const [x, y] = [Number(a), Number(b)];
  const results = {
    '=': a === b,
    '==': a === b,
    '!=': a !== b,
    '-eq': x === y,
    '-ne': x !== y,
    '-lt': x < y,
    '-gt': x > y,
    '-le': x <= y,
    '-ge': x >= y,
  };
  return args.length === 1 ? a !== '' : (results[operator] ?? false);
};

const plain = (args) => args.filter((arg) => !arg.startsWith('-'));
const seconds = (text) => Number.parseFloat(text) * ({ m: 60, h: 3600, d: 86400 }[text.at(-1)] ?? 1);
const forEach = (work) => (args) => {
  for (const file of plain(args)) work(file, args);
};

/** Commands that the shell does itself. Each gives its exit code, or nothing for 0. */
const applets = {
  ':': () => 0,
  true: () => 0,
  false: () => 1,
  trap: () => 0,
  set: () => 0,
  exit: ([code]) => {
    throw new Exit(Number(code ?? status));
  },
  echo: (args, write) => write(args[0] === '-n' ? args.slice(1).join(' ') : `${args.join(' ')}\n`),
  sleep: async ([time = '0']) => {
    for (let left = time === 'infinity' ? Number.POSITIVE_INFINITY : seconds(time) * 1000; left > 0; left -= 1e9)
      await sleep(Math.min(left, 1e9));
  },
  cat: (args, write) => {
    for (const file of plain(args)) write(readFileSync(file, 'utf8'));
  },
  touch: forEach((file) => appendFileSync(file, '')),
  rm: forEach((file, args) =>
    rmSync(file, { recursive: args.some((arg) => /^-\w*r/i.test(arg)), force: args.some((arg) => /^-\w*f/.test(arg)) }),
  ),
  mkdir: forEach((file, args) => mkdirSync(file, { recursive: args.includes('-p') })),
  ls: (args, write) => {
    for (const folder of plain(args).length > 0 ? plain(args) : ['.']) {
      const names = statSync(folder).isDirectory()
        ? readdirSync(folder).filter((name) => !name.startsWith('.'))
        : [folder];
      write(names.map((name) => `${name}\n`).join(''));
    }
  },
  cd: ([folder = variables.HOME]) => process.chdir(folder),
  pwd: (_, write) => write(`${process.cwd()}\n`),
  date: (_, write) => write(`${new Date().toUTCString()}\n`),
  hostname: (_, write) => write(`${hostname()}\n`),
  env: (_, write) =>
    write(
      Object.entries(variables)
        .map(([name, value]) => `${name}=${value}\n`)
        .join(''),
    ),
  export: (args) => {
    for (const [, name, value] of args.map((arg) => /^(\w+)=(.*)$/s.exec(arg) ?? [])) if (name) variables[name] = value;
  },
  test: (args) => (test(args) ? 0 : 1),
  '[': (args) => (test(args.slice(0, -1)) ? 0 : 1),
};

function print(text) {
  process.stdout.write(text);
}

async function main([name, ...args]) {
  const shell = /^(ba|a|da)?sh$/.test(name);
  if (!shell) return runCommand({ words: [name, ...args].map((word) => `'${word}'`), redirects: [] }, print);
  const at = args.findIndex((arg) => /^-\w*c/.test(arg));
  const script = at !== -1 ? args[at + 1] : args[0] ? readFileSync(args[0], 'utf8') : '';
  const words = at !== -1 ? args.slice(at + 2) : args;
  for (const [index, word] of words.entries()) variables[index] = word;
  return runList(parseScript(script ?? ''), print);
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  if (!(error instanceof Exit)) process.stderr.write(`sh: ${error.message}\n`);
  process.exitCode = error instanceof Exit ? error.code : 2;
}
