// Time text: spans of time as scenarios write them (`90s`, `1h30m`, `250ms`, `2d`), rates (`120/h`), and times of a scenario
// as people read them (`08:30:00`, `1d 02:00:00`). Pure.

const units: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };

export const spanPattern = /^(\d+(\.\d+)?(ms|s|m|h|d))+$/;

/** A span in milliseconds; undefined when the text is none. As Go writes them, and days. */
export function spanOf(text: unknown): number | undefined {
  if (typeof text !== 'string' || !spanPattern.test(text)) return undefined;
  const parts = [...text.matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h|d)/g)];
  return Math.round(parts.reduce((sum, [, number, unit]) => sum + Number(number) * units[unit!]!, 0));
}

/** The same of a text that was checked before. @throws Error */
export function span(text: string): number {
  const ms = spanOf(text);
  if (ms === undefined) throw new Error(`${text} is no span of time`);
  return ms;
}

/** `120/h` as events a millisecond; undefined when the text is no rate. */
export function rateOf(text: unknown): number | undefined {
  const [, number, unit] = (typeof text === 'string' && /^(\d+(?:\.\d+)?)\/(s|m|h|d)$/.exec(text)) || [];
  return number === undefined ? undefined : Number(number) / units[unit!]!;
}

/** Milliseconds since the scenario began, as a clock shows them: `08:30:00`, `1d 02:00:00`, `00:00:01.250`. */
export function clockText(ms: number): string {
  const two = (value: number) => String(Math.floor(value)).padStart(2, '0');
  const days = Math.floor(ms / units.d!);
  const rest = ms % units.d!;
  const thousandths = rest % 1000 === 0 ? '' : `.${String(rest % 1000).padStart(3, '0')}`;
  const time = `${two(rest / units.h!)}:${two((rest % units.h!) / units.m!)}:${two((rest % units.m!) / units.s!)}`;
  return `${days > 0 ? `${days}d ` : ''}${time}${thousandths}`;
}

/** What a person types for a time of the scenario: a span (`3h`), or a clock's text (`03:00:00`, `1d 03:00`). */
export function timeOf(text: string): number | undefined {
  const match = /^(?:(\d+)d )?(\d\d?):(\d\d)(?::(\d\d)(?:\.(\d{1,3}))?)?$/.exec(text);
  if (!match) return spanOf(text);
  const [, d = '0', h = '0', m = '0', s = '0', ms = '0'] = match;
  return (
    Number(d) * units.d! + Number(h) * units.h! + Number(m) * units.m! + Number(s) * 1000 + Number(ms.padEnd(3, '0'))
  );
}

/** A span in few words, for figures: `250 ms`, `12.5 s`, `3.2 min`, `1.5 h`. */
export function spanText(ms: number): string {
  if (ms < 1000) return `${Math.round(ms)} ms`;
  if (ms < 120_000) return `${(ms / 1000).toFixed(1)} s`;
  return ms < 7_200_000 ? `${(ms / 60_000).toFixed(1)} min` : `${(ms / 3_600_000).toFixed(1)} h`;
}
