// Complaints: what a cluster that is not ours refuses, and when it cannot be reached, said once, so that whoever runs a plugin
// there learns which right is missing. What depends on the moment (a conflict, an object that is gone) is the plugin's own
// business, and not told.
// While a plugin starts, what it may not read is kept for the error that its start ends in.
// Always true: nothing is told twice until the server was away and came back; nothing at all after `end`.

import { ApiError } from '../../../core/model/status.ts';
import type { Call, CallObserver } from '../../api-http/plugin.ts';
import { EnvironmentError } from '../exit.ts';

/** Answers that will not change by asking again: bad request, who are you, you may not, no such method, not a valid object. */
const lasting = new Set([400, 401, 403, 405, 415, 422]);
/** Texts that are remembered as told. */
const mostTold = 200;

export class Complaints implements CallObserver {
  readonly #tell: (line: string) => void;
  readonly #told = new Set<string>();
  readonly #refusedReads = new Set<string>();
  #reads = 0;
  #isAway = false;
  #works = false;
  #hasEnded = false;
  #refuse: (error: EnvironmentError) => void = () => {};
  /** Rejects with an EnvironmentError that names all that may not be read, once every question so far is answered. */
  readonly refused = new Promise<never>((_, reject) => {
    this.#refuse = reject;
  });

  constructor(tell: (line: string) => void) {
    this.#tell = tell;
    this.refused.catch(() => {}); // whoever waits for it is told
  }

  asked({ method }: Call): void {
    if (method === 'GET') this.#reads += 1;
  }

  answered({ method, path }: Call, error?: unknown): void {
    if (method === 'GET') this.#reads -= 1;
    if (error === undefined) this.#isBack();
    else if (error instanceof ApiError) this.#take(error, method, path);
    if (this.#reads === 0 && this.#refusedReads.size > 0) {
      this.#refuse(new EnvironmentError([...this.#refusedReads].join('\n       ')));
    }
  }

  /** The start is over: from now on what may not be read is told like the rest. */
  works(): void {
    this.#works = true;
  }

  end(): void {
    this.#hasEnded = true;
  }

  #take({ code, message }: ApiError, method: string, path: string): void {
    if (code === 503) return this.#goesAway(message);
    this.#isBack();
    const text = textOf(code, message, path);
    if (text === undefined) return;
    if (method === 'GET' && !this.#works) return void this.#refusedReads.add(text);
    if (this.#told.size >= mostTold) this.#told.clear();
    if (!this.#told.has(text)) this.#say(text);
    this.#told.add(text);
  }

  #goesAway(message: string): void {
    if (!this.#isAway) this.#say(`${message}; it is tried again until it answers`);
    this.#isAway = true;
  }

  #isBack(): void {
    if (!this.#isAway) return;
    this.#isAway = false;
    this.#told.clear();
    this.#say('the server answers again');
  }

  #say(line: string): void {
    if (!this.#hasEnded) this.#tell(line);
  }
}

/** Without the object's name: all pods are refused for the same reason. Undefined: not to be told. */
function textOf(code: number, message: string, path: string): string | undefined {
  const [place = path] = path.split('?');
  if (code === 404 && /could not find the requested resource|the server answered 404/.test(message)) {
    return `the cluster does not serve ${place}`;
  }
  if (!lasting.has(code)) return undefined;
  if (code === 401) return `the cluster does not take the credentials of the kubeconfig: ${message}`;
  return message.replace(/^\S+ "[^"]*" is forbidden: /, '');
}
