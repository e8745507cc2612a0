// Story text: a pod's story as a person reads it: when, who, speaking for whom, what, and where in the code.

import pc from 'picocolors';
import type { Step, Story, When } from '../../../core/story/story.ts';
import { columns } from '../text.ts';
import { type Line, lineOf, placeOf } from './places.ts';

export type TracedStep = Step & { readonly where: Line | undefined };

/** With the line of the sources that does it; each file is looked through once. */
export function traced(story: Story): TracedStep[] {
  const lines = new Map<string, Line | undefined>();
  return story.steps.map((step) => {
    const place = placeOf(step);
    if (!place) return { ...step, where: undefined };
    const key = `${place.file} ${place.text}`;
    if (!lines.has(key)) lines.set(key, lineOf(place));
    return { ...step, where: lines.get(key) };
  });
}

const words: Readonly<Record<When, string>> = { at: '', by: 'by ', after: 'after ' };

const bad: ReadonlySet<string> = new Set(['unschedulable', 'image-failed', 'probe-failed', 'back-off', 'failed']);

/** @param plain no colours */
export function storyText(story: Story, plain: boolean): string {
  const zero = story.created ?? story.steps[0]?.at ?? 0;
  const paint = (step: Step, text: string) => {
    if (plain) return text;
    return bad.has(step.step) ? pc.red(text) : step.when === 'at' ? text : pc.dim(text);
  };
  const rows = traced(story).map((step) => [
    paint(step, words[step.when] + seconds(step.at - zero)),
    step.component,
    step.user,
    paint(step, step.what + (step.count === undefined ? '' : ` (x${step.count})`)),
    step.where ? `${step.where.file}:${step.where.line}` : '-',
  ]);
  const table = columns(['TIME', 'WHO', 'AS', 'WHAT', 'WHERE'], rows);
  return `${head(story)}\n\n${table}\n${legend}`;
}

function head({ namespace, name, created, isGone, steps }: Story): string {
  const pod = `pod ${name} in namespace ${namespace}`;
  if (created === undefined) {
    return `${pod}; its beginning is not remembered any more, so the time is since the first thing that is`;
  }
  const end = steps.findLast(({ step }) => step === 'gone');
  const ended = isGone && end ? `, gone after ${((end.at - created) / 1000).toFixed(3)} s` : '';
  return `${pod}, created ${new Date(created).toISOString()}${ended}`;
}

const seconds = (milliseconds: number): string =>
  `${milliseconds < 0 ? '-' : '+'}${(Math.abs(milliseconds) / 1000).toFixed(3)} s`;

const legend = `by: the moment itself leaves no trace; it was then at the latest. after: some moment after.
`;

/** For programs: seconds since the pod was created. */
export function storyJson(story: Story): string {
  const { steps: _, created, ...rest } = story;
  const zero = created ?? story.steps[0]?.at ?? 0;
  const steps = traced(story).map(({ at, component, user, where, ...step }) => ({
    time: new Date(at).toISOString(),
    seconds: (at - zero) / 1000,
    component,
    user,
    ...step,
    ...(where && { where }),
  }));
  const born = created === undefined ? {} : { created: new Date(created).toISOString() };
  return `${JSON.stringify({ ...rest, ...born, steps }, null, 2)}\n`;
}
