import { PassThrough } from 'node:stream';
import { expect } from 'chai';
import { barText, type Progress, showProgress } from './progress.ts';

/** A stream, and what was written to it. */
function screen(isTTY: boolean) {
  const stream = Object.assign(new PassThrough(), { isTTY, columns: 100 }) as unknown as NodeJS.WriteStream;
  let text = '';
  stream.on('data', (chunk: Buffer) => {
    text += chunk.toString();
  });
  return { stream, text: () => text };
}

function play(progress: Progress) {
  progress.begin(12);
  progress.run('Basic  binpack, run 1');
  progress.note('binpack, run 1: died');
  progress.run('Basic  random, run 1');
  progress.end();
  progress.end();
}

describe('progress of a comparison', () => {
  it('is a line for each run where nothing can be redrawn, or nobody wants it', () => {
    for (const { stream, text, plain } of [
      { ...screen(false), plain: false },
      { ...screen(true), plain: true },
    ]) {
      play(showProgress(stream, { plain }));
      expect(text()).to.equal(' 1/12  Basic  binpack, run 1\nbinpack, run 1: died\n 2/12  Basic  random, run 1\n');
    }
  });

  it('is a bar on a terminal, notes stay, and the end leaves no timer behind', () => {
    const { stream, text } = screen(true);
    play(showProgress(stream));
    expect(text()).to.contain('binpack, run 1: died\n').and.to.contain('█');
  });

  it('draws what is done of what is wanted', () => {
    expect(barText(5, 20, 65, 'Basic', 8)).to.equal('██░░░░░░ 5/20  1:05  Basic');
    expect(barText(0, 0, 0, '', 4)).to.equal('░░░░ 0/0  0:00  ');
  });
});
