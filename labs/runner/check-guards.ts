// Guards: in the process of a check, what a part of a cluster has no business with fails at the line that does it, with an
// Error that says what to use instead:
//   Date.now(), new Date(), performance.now()    the machine's time
//   setTimeout, setInterval, setImmediate        timers that virtual time does not know, and that nobody stops
//   Math.random, crypto.randomUUID               chance that no seed repeats
//   process.exit, kill, abort                    the end of those who check
// Only calls from the student's folder are refused (through a package too); Kubelab, Node.js and the loader go on as before.
// Always true: a refused call is remembered, so that who catches the Error does not pass the check.

import { createRequire, syncBuiltinESMExports } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

/** What the student's file did that no part may do. */
export class ForbiddenCall extends Error {
  override readonly name = 'ForbiddenCall';
  /** Name of the message that tells it: `time`, `chance`, `process`. */
  readonly kind: Kind;
  /** `Date.now()` */
  readonly call: string;
  /** What to use instead. */
  readonly instead: string;

  constructor(kind: Kind, call: string, instead: string) {
    super(`${call} is not for a part of a cluster: ${instead}`);
    this.kind = kind;
    this.call = call;
    this.instead = instead;
  }
}
export type Kind = 'time' | 'chance' | 'process';

type Function = (...args: never[]) => unknown;

const clock = (use: string) => `use ${use} of the Clock that your plugin is given (bind it with [Clock])`;
const random = (use: string) => `use ${use} of the Random that your plugin is given (bind it with [Random])`;
const noEnd = 'a part ends when its stop() is called, and by nothing else';

/** Callers that are looked at: between a student's line and a timer there may be all of RxJS. */
const deepest = 50;

export class Guards {
  /** The first refused call since `forget`. */
  offence: ForbiddenCall | undefined;
  readonly #folder: string;

  /** @param file the student's: calls from it, and from what lies beside it, are refused */
  constructor(file: string) {
    this.#folder = path.dirname(file) + path.sep;
  }

  forget(): void {
    this.offence = undefined;
  }

  /** For the rest of the process' life. */
  install(): void {
    const require = createRequire(import.meta.url);
    const [timers, promises] = [require('node:timers'), require('node:timers/promises')];
    for (const from of [globalThis, timers] as Record<string, Function>[]) {
      this.#guard(from, 'setTimeout', 'time', clock('schedule(ms, work)'));
      this.#guard(from, 'setInterval', 'time', clock('every(ms)'));
      this.#guard(from, 'setImmediate', 'time', clock('schedule(0, work)'));
    }
    for (const name of ['setTimeout', 'setInterval', 'setImmediate']) {
      this.#guard(promises, name, 'time', clock('sleep(ms)'));
    }
    this.#guard(globalThis.performance, 'now', 'time', clock('now()'), 'performance.now');
    this.#guard(Math, 'random', 'chance', random('next()'), 'Math.random');
    const crypto = require('node:crypto');
    this.#guard(crypto, 'randomUUID', 'chance', random('uuid()'), 'crypto.randomUUID');
    this.#guard(globalThis.crypto, 'randomUUID', 'chance', random('uuid()'), 'crypto.randomUUID');
    for (const name of ['exit', 'kill', 'abort', 'reallyExit']) {
      this.#guard(process, name, 'process', noEnd, `process.${name}`);
    }
    this.#guardDate();
    syncBuiltinESMExports();
  }

  #guard(owner: object, name: string, kind: Kind, instead: string, shown = name): void {
    const methods = owner as Record<string, Function>;
    const inner = methods[name];
    if (typeof inner !== 'function') return;
    const guards = this;
    // A copy keeps what hangs on the function: util.promisify's form of setTimeout.
    const outer = function (this: unknown, ...args: never[]) {
      if (guards.#isTheirs(outer))
        guards.#refuse(kind, kind === 'process' ? `${shown}(${args.join(', ')})` : `${shown}()`, instead);
      return inner.apply(this, args);
    };
    Object.defineProperties(outer, Object.getOwnPropertyDescriptors(inner));
    Object.defineProperty(owner, name, { value: outer, configurable: true, writable: true, enumerable: true });
  }

  /** `new Date(time)` and Date.parse are sums, not a look at the clock. */
  #guardDate(): void {
    const guards = this;
    const instead = clock('now()');
    const { now } = Date;
    const guardedNow = () => {
      if (guards.#isTheirs(guardedNow)) guards.#refuse('time', 'Date.now()', instead);
      return now();
    };
    const traps: ProxyHandler<DateConstructor> = {
      construct(target, args, newTarget) {
        if (args.length === 0 && guards.#isTheirs(traps.construct as Function))
          guards.#refuse('time', 'new Date()', instead);
        return Reflect.construct(target, args, newTarget);
      },
      apply() {
        if (guards.#isTheirs(traps.apply as Function)) guards.#refuse('time', 'Date()', instead);
        return new Date(now()).toString();
      },
    };
    Date.now = guardedNow;
    globalThis.Date = new Proxy(Date, traps);
  }

  #refuse(kind: Kind, call: string, instead: string): never {
    const { stackTraceLimit } = Error;
    Error.stackTraceLimit = deepest;
    const offence = new ForbiddenCall(kind, call, instead);
    Error.stackTraceLimit = stackTraceLimit;
    this.offence ??= offence;
    throw offence;
  }

  /**
   * Whether the nearest caller that is neither Node.js nor a package is the student's; or RxJS asks for a timer, whoever has
   * subscribed: in a cluster in virtual time, nobody but a student's file lets it.
   */
  #isTheirs(callee: Function): boolean {
    const { prepareStackTrace, stackTraceLimit } = Error;
    const holder: { stack?: unknown } = {};
    let isRxjs = false;
    try {
      // The bare list of callers: making text of it, with source maps, would cost a hundred times as much.
      Error.prepareStackTrace = (_, sites) => sites;
      Error.stackTraceLimit = deepest;
      Error.captureStackTrace(holder, callee);
      for (const site of holder.stack as NodeJS.CallSite[]) {
        const name = site.getFileName() ?? '';
        if (name === '' || name.startsWith('node:')) continue;
        if (!/[\\/]node_modules[\\/]/.test(name)) return isRxjs || this.#isInFolder(name);
        // How RxJS throws what nobody has subscribed to hear.
        if (site.getFunctionName() === 'reportUnhandledError') return false;
        if (/[\\/]node_modules[\\/]rxjs[\\/]/.test(name)) isRxjs = true;
      }
      return false;
    } finally {
      Error.prepareStackTrace = prepareStackTrace;
      Error.stackTraceLimit = stackTraceLimit;
    }
  }

  /** @param name of a module: a path or a URL */
  #isInFolder(name: string): boolean {
    const file = name.startsWith('file:') ? fileURLToPath(name.replace(/\?.*$/, '')) : name;
    return file.startsWith(this.#folder) && !file.endsWith('.spec.ts');
  }
}
