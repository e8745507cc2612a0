import { expect } from 'chai';
import { ConfigurationError } from '../cluster/configuration-error.ts';
import { parseTrace } from './trace.ts';

const hour = 3_600_000;

describe('trace', () => {
  it('reads the columns that there are, in any order, in order of time', () => {
    const { rows, broken, ignored } = parseTrace(
      'name,time,user,cpu,memory,duration,priority,exitCode\nlate,1m30s,ann,500m,2Gi,90,100,1\n"early",12.5,"b, c",,,1h,,\n',
      'jobs.csv',
      hour,
    );
    expect(broken).to.deep.equal([]);
    expect(ignored).to.deep.equal(['user']);
    expect(rows).to.deep.equal([
      { at: 12_500, line: 3, name: 'early', duration: hour },
      { at: 90_000, line: 2, name: 'late', cpu: '500m', memory: '2Gi', duration: 90_000, priority: 100, exitCode: 1 },
    ]);
  });

  it('counts broken lines, says why, and goes on', () => {
    const { rows, broken } = parseTrace(
      [
        'time,name,cpu',
        '1,a,1',
        'soon,b,1',
        '2,c',
        '3,D!,1',
        '4,a,1',
        '5,e,lots',
        '7200,f,1',
        ',g,1',
        '6,"h,1',
        '',
        '8,i,1',
      ].join('\r\n'),
      'jobs.csv',
      hour,
    );
    expect(rows.map(({ name }) => name)).to.deep.equal(['a', 'i']);
    expect(broken).to.deep.equal([
      { line: 3, why: 'time must be seconds or a span such as 1m30s; found "soon"' },
      { line: 4, why: '2 fields where the head has 3' },
      { line: 5, why: 'name must be small letters, digits, - and .; found "D!"' },
      { line: 6, why: 'a pod a was there before; names are given once' },
      { line: 7, why: 'cpu must be a quantity such as 500m; found "lots"' },
      { line: 8, why: 'it comes at 7200 s, after the end of the scenario (3600 s)' },
      { line: 9, why: 'it has no time' },
      { line: 10, why: 'a double quote is not closed' },
    ]);
  });

  it('refuses a file without a head, and one without a line that can be used', () => {
    expect(() => parseTrace('1,2,3\n', 'a.csv', hour)).to.throw(
      ConfigurationError,
      'a.csv:1: a trace begins with the names of its columns, time among them',
    );
    expect(() => parseTrace('tme,name\n', 'a.csv', hour)).to.throw(
      'found tme, name; those that are known: time, name,',
    );
    expect(() => parseTrace('', 'a.csv', hour)).to.throw('a.csv:1:');
    expect(() => parseTrace('time\nx\n', 'a.csv', hour)).to.throw(
      'a.csv:2: the trace has no line that can be used: time must be',
    );
  });
});
