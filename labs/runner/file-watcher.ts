// File watcher: says when a person has saved a file, however their editor does it: in place, by a new file that takes the
// old one's name, in several steps.
//   The folder is watched, not the file: a file that is replaced would be watched no more.
// Always true: one save is told once, and only when the text is another one; a file that is gone for an instant is no save.

import { type FSWatcher, readFileSync, unwatchFile, watch, watchFile } from 'node:fs';
import path from 'node:path';
import { hash } from './folder.ts';

/** Milliseconds: an editor's steps of one save come closer together than that. */
const together = 40;
/** Milliseconds between looks where the system does not tell of changes. */
const look = 500;

export class FileWatcher {
  readonly #file: string;
  readonly #saved: () => void;
  #watcher: FSWatcher | undefined;
  // A real timer: files are of the machine.
  #timer: NodeJS.Timeout | undefined;
  #text: string | undefined;

  constructor(file: string, saved: () => void) {
    this.#file = file;
    this.#saved = saved;
    this.#text = this.#read();
    try {
      this.#watcher = watch(path.dirname(file), (_, name) => {
        if (name === null || name === path.basename(file)) this.#soon();
      });
      this.#watcher.on('error', () => this.#poll());
    } catch {
      this.#poll();
    }
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#watcher?.close();
    unwatchFile(this.#file);
  }

  /** Network folders and systems that are out of watches do not tell. */
  #poll(): void {
    this.#watcher?.close();
    this.#watcher = undefined;
    watchFile(this.#file, { interval: look }, () => this.#soon());
  }

  #soon(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      const text = this.#read();
      if (text === undefined || text === this.#text) return;
      this.#text = text;
      this.#saved();
    }, together);
  }

  /** '' (an editor has just opened it to write) is no text either. */
  #read(): string | undefined {
    try {
      const content = readFileSync(this.#file);
      return content.length === 0 ? undefined : hash(content);
    } catch {
      return undefined;
    }
  }
}
