// Load: a student's file, imported anew, and found to be what the lab asks for; or one sentence about why it is not.

import path from 'node:path';
import type { Plugin } from '../../core/cluster/plugin.ts';
import { nameOf } from '../../core/cluster/token.ts';
import { explain } from '../../plugins/cli/host/source-line.ts';
import { wrongExport } from '../../plugins/cli/host/wrong-export.ts';
import type { Lab, Line, StudentPart } from '../kit/lab.ts';
import { loadPart } from '../kit/load-part.ts';
import { lineOf } from './check-findings.ts';

/** The file cannot be checked at all. One sentence says why. */
export class UnfitPart extends Error {
  override readonly name = 'UnfitPart';
  readonly look: Line | undefined;

  constructor(message: string, look?: Line) {
    super(message);
    this.look = look;
  }
}

/** @throws UnfitPart */
export async function loadFit(lab: Lab, file: string): Promise<StudentPart> {
  const part = await loadPart(file).catch((error) => {
    const message = explain(error, file);
    throw new UnfitPart(message, lineOf(/^\S+?:\d+/.exec(message)?.[0]));
  });
  const name = path.basename(file);
  if (lab.slot === undefined) {
    if (part.exported !== undefined) return part;
    throw new UnfitPart(`${name} has no default export: put "export default" before what the lab asks for`);
  }
  const others = Object.fromEntries((part.others ?? []).map((name) => [name, true]));
  const wrong = wrongExport({ ...others, ...(part.exported !== undefined && { default: part.exported }) }, file);
  if (wrong !== undefined) throw new UnfitPart(wrong);
  const slots = (part.exported as Plugin).definition.provides.map(nameOf);
  if (slots.includes(lab.slot)) return part;
  throw new UnfitPart(
    `${name} provides ${slots.join(', ')}, and this lab is about a ${lab.slot}: provides: [${lab.slot}]`,
  );
}
