import { expect } from 'chai';
import { lastTime, parseSchedule } from './schedule.ts';

const at = (text: string): number => Date.parse(text.includes('T') ? text : `${text.replace(' ', 'T')}:00Z`);
const text = (time: number | undefined): string =>
  time === undefined ? 'never' : new Date(time).toISOString().slice(0, 16).replace('T', ' ');

/** The next times after a start, as minutes in UTC. */
function times(schedule: string, after: string, count = 1, timeZone = 'UTC'): string[] {
  const parsed = parseSchedule(schedule, timeZone);
  const found: string[] = [];
  let time: number | undefined = at(after);
  while (found.length < count && time !== undefined) {
    time = parsed.next(time);
    found.push(text(time));
  }
  return found;
}

describe('schedule', () => {
  const cases: [string, string, ...string[]][] = [
    ['* * * * *', '2026-01-01 00:00', '2026-01-01 00:01', '2026-01-01 00:02'],
    ['*/15 * * * *', '2026-01-01 00:07', '2026-01-01 00:15', '2026-01-01 00:30', '2026-01-01 00:45'],
    ['5/20 * * * *', '2026-01-01 00:07', '2026-01-01 00:25', '2026-01-01 00:45', '2026-01-01 01:05'],
    ['0 9-17/4 * * *', '2026-01-01 09:00', '2026-01-01 13:00', '2026-01-01 17:00', '2026-01-02 09:00'],
    ['30 2 * * mon-fri', '2026-01-02 02:30', '2026-01-05 02:30', '2026-01-06 02:30'],
    ['0 0 1 jan,JUL *', '2026-01-01 00:00', '2026-07-01 00:00', '2027-01-01 00:00'],
    ['0 0 29 2 *', '2026-01-01 00:00', '2028-02-29 00:00', '2032-02-29 00:00'],
    ['0 0 31 * *', '2026-01-31 00:00', '2026-03-31 00:00', '2026-05-31 00:00'],
    // Both days are given: one is enough.
    ['0 0 13 * 5', '2026-02-01 00:00', '2026-02-06 00:00', '2026-02-13 00:00', '2026-02-20 00:00'],
    ['0 0 */10 * 5', '2026-02-01 00:00', '2026-02-06 00:00', '2026-02-11 00:00', '2026-02-13 00:00'],
    // One begins with a star: the other must hold.
    ['0 0 13 * *', '2026-02-01 00:00', '2026-02-13 00:00', '2026-03-13 00:00'],
    ['0 0 * * 0', '2026-02-01 00:00', '2026-02-08 00:00'],
    ['0 0 30 2 *', '2026-01-01 00:00', 'never'],
    ['@hourly', '2026-01-01 00:30', '2026-01-01 01:00'],
    ['@daily', '2026-01-01 00:00', '2026-01-02 00:00'],
    ['@weekly', '2026-01-01 00:00', '2026-01-04 00:00'],
    ['@yearly', '2026-01-01 00:00', '2027-01-01 00:00'],
    ['@every 1h30m', '2026-01-01 00:00', '2026-01-01 01:30', '2026-01-01 03:00'],
  ];
  for (const [schedule, after, ...wanted] of cases)
    it(`${schedule} after ${after}: ${wanted.join(', ')}`, () => {
      expect(times(schedule, after, wanted.length)).to.deep.equal(wanted);
    });

  it('goes by the wall clock of its time zone', () => {
    expect(times('0 9 * * *', '2026-03-28 00:00', 3, 'Europe/Berlin')).to.deep.equal([
      '2026-03-28 08:00',
      '2026-03-29 07:00',
      '2026-03-30 07:00',
    ]);
    expect(times('15 0 * * *', '2026-01-01 00:00', 1, 'Asia/Kathmandu')).to.deep.equal(['2026-01-01 18:30']);
    expect(times('0 0 * * *', '2026-01-01 00:00', 2, 'Pacific/Kiritimati')).to.deep.equal([
      '2026-01-01 10:00',
      '2026-01-02 10:00',
    ]);
  });

  it('leaves out what summer time leaps over, and repeats what it repeats', () => {
    // In Berlin 02:30 does not exist on 29 March 2026, and exists twice on 25 October.
    expect(times('30 2 * * *', '2026-03-28 12:00', 1, 'Europe/Berlin')).to.deep.equal(['2026-03-30 00:30']);
    expect(times('30 2 * * *', '2026-10-24 12:00', 3, 'Europe/Berlin')).to.deep.equal([
      '2026-10-25 00:30',
      '2026-10-25 01:30',
      '2026-10-26 01:30',
    ]);
    expect(times('*/30 * * * *', '2026-10-24 23:30', 5, 'Europe/Berlin')).to.deep.equal([
      '2026-10-25 00:00',
      '2026-10-25 00:30',
      '2026-10-25 01:00',
      '2026-10-25 01:30',
      '2026-10-25 02:00',
    ]);
  });

  it('finds the last time that has passed', () => {
    const last = (schedule: string, from: string, until: string) =>
      text(lastTime(parseSchedule(schedule), at(from), at(until)));
    expect(last('*/5 * * * *', '2026-01-01 00:00', '2026-06-01 12:04')).to.equal('2026-06-01 12:00');
    expect(last('0 0 1 1 *', '2020-06-01 00:00', '2026-06-01 00:00')).to.equal('2026-01-01 00:00');
    expect(last('0 12 * * *', '2026-01-01 12:00', '2026-01-02 11:59')).to.equal('never');
    expect(last('0 12 * * *', '2026-01-01 12:00', '2026-01-02 12:00')).to.equal('2026-01-02 12:00');
  });

  it('says what is wrong in the words of Kubernetes', () => {
    const wrong: [string, string][] = [
      ['hourly', 'expected exactly 5 fields, found 1: [hourly]'],
      ['* * * * * *', 'expected exactly 5 fields, found 6: [* * * * * *]'],
      ['60 * * * *', 'end of range (60) above maximum (59): 60'],
      ['* * 0 * *', 'beginning of range (0) below minimum (1): 0'],
      ['* * * * 7', 'end of range (7) above maximum (6): 7'],
      ['30-10 * * * *', 'beginning of range (30) beyond end of range (10): 30-10'],
      ['*/0 * * * *', 'step of range should be a positive number: */0'],
      ['x * * * *', 'failed to parse int from x: strconv.Atoi: parsing "x": invalid syntax'],
      ['1-2-3 * * * *', 'too many hyphens: 1-2-3'],
      ['1/2/3 * * * *', 'too many slashes: 1/2/3'],
      ['@sometimes', 'unrecognized descriptor: @sometimes'],
      ['', 'empty spec string'],
    ];
    for (const [schedule, message] of wrong) expect(() => parseSchedule(schedule), schedule).to.throw(message);
    expect(() => parseSchedule('* * * * *', 'Europe/Atlantis')).to.throw('unknown time zone Europe/Atlantis');
  });
});
