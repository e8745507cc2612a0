// Visit process: the child process that holds the cluster of a visit, seen from the command.
//   const child = new VisitProcess();  const opened = await child.open(request);  await child.step(1);  await child.stop();
// Always true: after `stop` the process is gone, and its port is free.

import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { ConfigurationError } from '../../../core/cluster/configuration-error.ts';
import { EnvironmentError, PluginFileError } from '../../../plugins/cli/exit.ts';
import { pluginTsconfig, tsxLoader } from '../../../plugins/cli/host/places.ts';
import type { Answer, Opened, Question, Stepped, VisitRequest } from './messages.ts';

/** Where the child's program is: beside this module in dist/ when built, beside it in the sources when not. */
const ownProgram = (): string =>
  fileURLToPath(new URL(import.meta.url.endsWith('.ts') ? './visit-child.ts' : './visit-child.js', import.meta.url));

/** Milliseconds for an answer: a check takes a second at most, but the machine may have other things to do. */
const patience = 60_000;
const tooLong = `no answer within ${patience / 1000} s; should the file not come back, this says where: npx kubelab lab check`;
const longestWords = 4000;

export class VisitProcess {
  readonly #child: ChildProcess;
  readonly #ended: Promise<string>;
  readonly #ready: Promise<unknown>;
  #heard: (answer: Answer) => void = () => {};
  #words = '';

  /** @param program of the child, unless it is the one beside this module */
  constructor(program = ownProgram()) {
    const tsconfig = pluginTsconfig();
    const { NODE_OPTIONS: _, ...env } = process.env; // whoever debugs the command does not debug the child
    const node = ['--enable-source-maps', '--import', tsxLoader()];
    this.#child = spawn(process.execPath, [...node, program], {
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
      env: { ...env, ...(tsconfig !== undefined && { TSX_TSCONFIG_PATH: tsconfig }) },
      windowsHide: true,
    });
    this.#child.stderr?.on('data', (data: Buffer) => {
      this.#words = (this.#words + data.toString('utf8', 0, longestWords)).slice(-longestWords);
    });
    this.#child.on('message', (answer) => this.#heard(answer as Answer));
    this.#ended = new Promise((resolve) => {
      this.#child.once('error', (error) => resolve(error.message));
      this.#child.once('exit', (code, signal) => resolve(signal ?? `code ${code}`));
    });
    this.#ready = this.#answer();
    this.#ready.catch(() => {}); // whoever opens is told
  }

  /** Everything but the student's file is loaded. */
  async loaded(): Promise<void> {
    await this.#ready;
  }

  /** @throws ConfigurationError when there is nothing to visit; PluginFileError when the file fails at no instant */
  async open(request: VisitRequest): Promise<Opened> {
    await this.#ready;
    const answer = await this.#ask({ ask: 'open', request });
    return (answer as Answer & { readonly answer: 'opened' }).opened;
  }

  /** Goes on so many instants; tells what happened in them. @throws ConfigurationError when nothing is left to happen */
  step(instants: number): Promise<Stepped> {
    return this.#stepped({ ask: 'step', instants });
  }

  /** What happened after that instant, up to where it stands. */
  since(instant: number): Promise<Stepped> {
    return this.#stepped({ ask: 'since', instant });
  }

  async stop(): Promise<void> {
    this.#child.kill('SIGKILL');
    await this.#ended;
    for (const stream of this.#child.stdio) stream?.destroy();
  }

  async #stepped(question: Question): Promise<Stepped> {
    return ((await this.#ask(question)) as Answer & { readonly answer: 'stepped' }).stepped;
  }

  async #ask(question: Question): Promise<Answer> {
    const coming = this.#answer();
    this.#child.send(question, () => {}); // when it cannot be sent, the process has ended, and that is told
    const answer = await coming;
    if (answer.answer === 'unfit') throw new PluginFileError(answer.message);
    if (answer.answer === 'refused') throw new ConfigurationError(answer.message);
    if (answer.answer === 'broken') throw new EnvironmentError(`the visit failed: ${answer.message}`);
    return answer;
  }

  async #answer(): Promise<Answer> {
    const heard = new Promise<Answer>((resolve) => {
      this.#heard = resolve;
    });
    const late = AbortSignal.timeout(patience);
    const tooLate = new Promise<never>((_, reject) => {
      late.addEventListener('abort', () => reject(new EnvironmentError(tooLong)));
    });
    const over = this.#ended.then((how) => {
      throw new EnvironmentError(`the process that holds the cluster has ended: ${how}\n${this.#words}`.trimEnd());
    });
    for (const promise of [tooLate, over]) promise.catch(() => {});
    return Promise.race([heard, tooLate, over]);
  }
}
