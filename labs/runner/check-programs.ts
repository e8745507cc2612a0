// Programs: where the student's file starts another program. It is told to the parent before the program begins: a program
// may end this process (`kill -9`), and then nobody is left to say which line did it.
//   tellPrograms(file, (at) => ...);

import { createRequire, syncBuiltinESMExports } from 'node:module';
import { lookOf } from './check-findings.ts';
import { lineText } from './report.ts';

type Function = (...args: unknown[]) => unknown;

/** For the rest of the process' life. @param tell is given `mine.ts:12`; it has told before it comes back */
export function tellPrograms(file: string, tell: (at: string) => void): void {
  const programs = createRequire(import.meta.url)('node:child_process') as Record<string, Function>;
  for (const name of ['exec', 'execFile', 'execSync', 'execFileSync', 'fork', 'spawn', 'spawnSync']) {
    const inner = programs[name]!;
    const outer: Function = (...args) => {
      const look = lookOf(new Error('started'), file);
      if (look) tell(lineText(look));
      return inner(...args);
    };
    // What hangs on it: util.promisify's form of exec.
    Object.defineProperties(outer, Object.getOwnPropertyDescriptors(inner));
    programs[name] = outer;
  }
  syncBuiltinESMExports();
}
