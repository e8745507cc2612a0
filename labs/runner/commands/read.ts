// `kubelab lab read [LAB]`: the lab's README, as text for a terminal; as it is with --plain or where nobody looks on.

import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Here, isPlain, here as real } from '../here.ts';
import { textOf } from '../readme.ts';
import { Student } from '../student.ts';
import { labFolder } from '../which-lab.ts';

export interface ReadOptions {
  readonly plain?: boolean;
}

export async function read(given: string | undefined, options: ReadOptions, here?: Here): Promise<void> {
  here ??= await real();
  const student = new Student(here);
  // Nothing is started yet: the first lab may be read all the same.
  const lab = given === undefined && !student.current ? here.labs[0]! : student.lab(given);
  const text = textOf(here.clone, lab, 'README.md');
  if (isPlain(options, here)) return here.out(text.endsWith('\n') ? text : `${text}\n`);
  here.out(await rendered(text, labFolder(here.clone, lab), here.width));
}

/** Markdown as a terminal shows it. @param folder that pictures lie in */
export async function rendered(markdown: string, folder: string, width: number): Promise<string> {
  const [{ Marked }, { markedTerminal }] = await Promise.all([import('marked'), import('marked-terminal')]);
  const marked = new Marked();
  marked.use(
    markedTerminal({ width: Math.min(width, 110), reflowText: true, tab: 2 }) as Parameters<typeof marked.use>[0],
  );
  // marked-terminal takes an item of a list for bare text, and would show the marks of what is bold or code in it.
  marked.use({
    renderer: {
      text(token) {
        return 'tokens' in token && token.tokens ? this.parser.parseInline(token.tokens) : false;
      },
    },
  });
  // A terminal shows no picture: its words, and where to open it.
  const pictures = markdown.replace(
    /!\[([^\]]*)\]\(([^)]+)\)/g,
    (_, words, name) => `Picture: ${words} (${pathToFileURL(path.join(folder, name)).href})`,
  );
  return marked.parse(pictures) as string;
}
