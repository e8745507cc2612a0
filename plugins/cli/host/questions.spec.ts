import { expect } from 'chai';
import type { FreshDecision } from '../../../core/scheduling/explain-attempt.ts';
import { type Asked, Questions } from './questions.ts';

describe('questions to a plugin’s process', () => {
  const about = { why: { namespace: 'default', name: 'web' } };
  const answer = (node: string): FreshDecision => ({ scheduler: 'mine', node });
  const failure = (promise: Promise<unknown>) =>
    promise.then(
      () => 'no error',
      (error: Error) => `${error.name}: ${error.message}`,
    );

  it('gives each its own answer, in whatever order they come', async () => {
    const sent: Asked[] = [];
    const questions = new Questions((question) => sent.push(question));
    const [first, second, third] = [questions.ask(about), questions.ask(about), questions.ask(about)];
    expect(sent.map(({ number }) => number)).to.deep.equal([1, 2, 3]);
    questions.hear({ type: 'answer', number: 2, answer: answer('b') });
    questions.hear({ type: 'answer', number: 1, answer: answer('a') });
    questions.hear({ type: 'answer', number: 3, message: 'mine.ts:4: oh' });
    expect([await first, await second]).to.deep.equal([answer('a'), answer('b')]);
    expect(await failure(third!)).to.equal('PluginFileError: mine.ts:4: oh');
  });

  it('leaves nobody waiting when the process ends, or is gone already', async () => {
    const questions = new Questions(() => {});
    const open = failure(questions.ask(about));
    questions.end('place(default/web) did not return, mine.ts:4');
    expect(await open).to.equal('PluginFileError: place(default/web) did not return, mine.ts:4');
    const late = new Questions(() => {
      throw new Error('gone');
    });
    expect(await failure(late.ask(about))).to.equal('Error: gone');
  });
});
