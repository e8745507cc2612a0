// Why text: the answer of `kubelab why` as a person reads it: where the pod is, what was tried when, what it waits for, and
// the nodes of the attempt that matters, best first.

import type { Explained, Waits, WrittenAttempt } from '../../../core/scheduling/explain-attempt.ts';
import { fitError } from '../../../core/scheduling/refusals.ts';
import { columns, shortName } from '../text.ts';
import type { Why } from './why-handler.ts';
import { nodeTable, oneNode, timesText } from './why-table.ts';

export interface WhyTextOptions {
  /** One node in full instead of all of them. */
  readonly node?: string | undefined;
  /** No colours. */
  readonly plain: boolean;
}

export function whyText(why: Why, options: WhyTextOptions): string {
  const parts = [
    head(why),
    attemptsText(why.attempts),
    waitsText(why),
    why.explained && explainedText(why, why.explained, options),
    why.compared && comparedText(why, why.compared, options),
  ];
  return `${parts.filter((part) => part).join('\n')}`;
}

function head({ namespace, name, node, isGone, schedulerName, scheduler, attempts }: Why): string {
  const who = `scheduler ${schedulerName} (${scheduler})`;
  const where = isGone ? 'gone' : node === undefined ? 'on no node' : `on ${node}`;
  const tries = `${attempts.length} attempt${attempts.length === 1 ? '' : 's'}`;
  return `pod ${name} in namespace ${namespace}: ${where}; ${who}, ${attempts.length === 0 ? 'not tried yet' : tries}\n`;
}

/** Attempts that are listed, at most. */
const listed = 10;

function attemptsText(attempts: readonly WrittenAttempt[]): string {
  if (attempts.length === 0) return '';
  const rows = attempts
    .slice(-listed)
    .map((attempt) => [String(attempt.number), time(attempt.at), resultText(attempt)]);
  const more = attempts.length > listed ? `(${attempts.length - listed} before these)\n` : '';
  return `${columns(['ATTEMPT', 'TIME', 'RESULT'], rows)}${more}`;
}

function resultText(attempt: WrittenAttempt): string {
  if ('error' in attempt) return `failed: ${attempt.error}`;
  const back = attempt.takenBack === undefined ? '' : `; taken back: ${attempt.takenBack}`;
  if ('node' in attempt) return `${attempt.node}${back}`;
  return `${fitError(attempt.nodes, attempt.unschedulable, attempt)}${roomText(attempt)}`;
}

function roomText({
  nominate,
  postFilterMessage,
}: Extract<WrittenAttempt, { readonly unschedulable: unknown }>): string {
  if (nominate === undefined) return '';
  if (nominate === 'nowhere') return postFilterMessage === undefined ? ' No room can be made.' : '';
  return ` Room is made on ${nominate.node}: ${nominate.victims.join(', ')} must go.`;
}

const time = (milliseconds: number): string => new Date(milliseconds).toISOString();

function waitsText({ waits, gates }: Why): string {
  if (!waits) return '';
  const { room, nominated } = waits;
  const texts: Readonly<Record<Waits['room'], string>> = {
    active: 'It is in line to be tried.',
    out: 'It is being tried, or its binding is on the way.',
    gated: `It is not tried before its scheduling gates are taken off: ${gates.join(', ')}.`,
    backoff: `It is tried again at ${waits.until === undefined ? '-' : time(waits.until)}, after its back-off.`,
    unschedulable: `It waits for one of ${waits.retryOn.join(', ') || 'no event'}; without that it is tried again at ${time(waits.until ?? 0)}.`,
  };
  return `${texts[room]}${nominated === undefined ? '' : ` Room is being made for it on ${nominated}.`}\n`;
}

function explainedText({ attempts, scheduler }: Why, explained: Explained, options: WhyTextOptions): string {
  const { explanation, unexplained, changesSince, attempt: number } = explained;
  if (!explanation) return `${silence(scheduler, unexplained)} Its answers are all that is known.\n`;
  const attempt = attempts.findLast((each) => each.number === number);
  const placed = attempt && 'node' in attempt ? attempt.node : undefined;
  const blurred =
    changesSince > 0
      ? `The cluster of attempt ${number} is not remembered any more: this is how it was ${changesSince} change${changesSince === 1 ? '' : 's'} later.\n`
      : '';
  const what = verdictText(explanation.winner, explanation.rule);
  const differs =
    explanation.winner !== placed
      ? `The attempt's own answer was ${placed ?? 'no node'}${changesSince > 0 ? '' : ': the explanation does not agree with it'}.\n`
      : '';
  if (options.node !== undefined) return `${blurred}${oneNode(explanation, options.node, options.plain)}`;
  return `${blurred}${what}${differs}\n${nodeTable(explanation, options.plain)}\n${timesText(explanation)}`;
}

const silence = (scheduler: string, unexplained: string | undefined): string =>
  unexplained === undefined
    ? `${scheduler} does not explain itself: it has no explain().`
    : `${scheduler} could not explain itself: ${unexplained}.`;

const verdictText = (winner: string | undefined, rule: string): string =>
  winner === undefined ? `Nowhere: ${rule}.\n` : `${winner} wins: ${rule}.\n`;

function comparedText(
  { attempts, explained }: Why,
  compared: NonNullable<Why['compared']>,
  options: WhyTextOptions,
): string {
  const attempt = attempts.findLast(({ number }) => number === explained?.attempt);
  const before = attempt && 'node' in attempt ? attempt.node : undefined;
  const { explanation } = compared;
  const asked = { ...compared, at: 0, number: 0, nodes: explanation?.nodes.length ?? attempt?.nodes ?? 0 };
  const same = 'node' in compared && compared.node === before ? ', the same node' : '';
  const answer = `A fresh ${shortName(compared.plugin)}, asked the same: ${resultText(asked)}${same}\n`;
  if ('error' in compared) return answer;
  if (!explanation) return `${answer}${silence(compared.scheduler, compared.unexplained)}\n`;
  if (options.node !== undefined) return `${answer}${oneNode(explanation, options.node, options.plain)}`;
  return `${answer}${verdictText(explanation.winner, explanation.rule)}\n${nodeTable(explanation, options.plain)}`;
}

/** For programs: times as the API writes them. */
export function whyJson(why: Why): string {
  const { since, oldest, attempts, waits, ...rest } = why;
  return `${JSON.stringify(
    {
      ...rest,
      since: time(since),
      ...(oldest !== undefined && { oldest: time(oldest) }),
      attempts: attempts.map(({ at, ...attempt }) => ({ time: time(at), ...attempt })),
      ...(waits && { waits: { ...waits, ...(waits.until !== undefined && { until: time(waits.until) }) } }),
    },
    null,
    2,
  )}\n`;
}
