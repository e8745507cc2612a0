// The kubelab command in processes of its own, in folders of their own: what the specs of the command stand on.

import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const command = fileURLToPath(new URL('./bin/kubelab.mjs', import.meta.url));

export interface Outcome {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** One run of it. */
export class Run {
  readonly process: ChildProcess;
  readonly ended: Promise<Outcome>;
  stdout = '';
  stderr = '';

  constructor(home: string, args: readonly string[], cwd: string) {
    const { NODE_OPTIONS: _, ...env } = process.env;
    this.process = spawn(process.execPath, [command, ...args], {
      cwd,
      env: { ...env, KUBELAB_HOME: home, NO_COLOR: '1' },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.process.stdout?.on('data', (data) => {
      this.stdout += data;
    });
    this.process.stderr?.on('data', (data) => {
      this.stderr += data;
    });
    this.ended = new Promise((resolve) =>
      this.process.once('close', (code, signal) => resolve({ code, signal, stdout: this.stdout, stderr: this.stderr })),
    );
  }

  /** Waits for a text on standard output. */
  async says(pattern: RegExp): Promise<RegExpExecArray> {
    for (;;) {
      const match = pattern.exec(this.stdout);
      if (match) return match;
      if (this.process.exitCode !== null) throw new Error(`it ended with ${this.process.exitCode}: ${this.stderr}`);
      await sleep(10);
    }
  }
}

/** Folders for one test, and what was started in it. */
export class CommandRoom {
  readonly home = mkdtempSync(path.join(tmpdir(), 'kubelab home '));
  readonly folder = mkdtempSync(path.join(tmpdir(), 'kubelab work '));
  readonly #running = new Set<Run>();

  start(...args: readonly string[]): Run {
    const run = new Run(this.home, args, this.folder);
    this.#running.add(run);
    void run.ended.then(() => this.#running.delete(run));
    return run;
  }

  /** To its end. */
  kubelab(...args: readonly string[]): Promise<Outcome> {
    return this.start(...args).ended;
  }

  /** `up` with simulated pods, ready. */
  async up(...args: readonly string[]): Promise<Run> {
    const run = this.start('up', '--runtime', 'mock', '--port', '0', ...args);
    await run.says(/Stop: .*\n|^\{.*\}\n/m);
    return run;
  }

  async close(): Promise<void> {
    for (const run of this.#running) {
      run.process.kill('SIGKILL');
      await run.ended;
    }
    for (const name of [this.home, this.folder]) rmSync(name, { recursive: true, force: true });
  }
}
