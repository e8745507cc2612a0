// Texts: what hints.md is made of, and what is wrong with one that is not.

import { expect } from 'chai';
import { parseTexts, placeholdersOf, sharedMessages, Texts } from './texts.ts';

const sample = `# Lab 3
Anything.

## 3.4 never more pods than asked

### Message surplus
- Happened: you created {pod} at {at};
  {have} of {want} existed
- Expected: no pod
- Why: {why}

### Hint 1
Look.

\`\`\`ts
const pods = [];
\`\`\`
### Hint 2
Think.
### Hint 3
Write.
`;

describe('texts', () => {
  const texts = new Texts(parseTexts(sample), sharedMessages());

  it('are titles, messages and hints', () => {
    const check = texts.check('3.4');
    expect(check.title).to.equal('never more pods than asked');
    expect(check.hints).to.deep.equal(['Look.\n\n```ts\nconst pods = [];\n```', 'Think.', 'Write.']);
    expect(placeholdersOf(texts.template('3.4', 'surplus'))).to.deep.equal(['pod', 'at', 'have', 'want', 'why']);
  });

  it('are filled with values, and no hole is left', () => {
    const values = { pod: 'web-4', at: '2.010 s', have: 3, want: 3 };
    expect(texts.message('3.4', 'surplus', { ...values, why: 'so' })).to.deep.equal({
      happened: 'you created web-4 at 2.010 s; 3 of 3 existed',
      expected: 'no pod',
      why: 'so',
    });
    expect(() => texts.message('3.4', 'surplus', values)).to.throw('no value for {why}');
    expect(() => texts.message('3.4', 'other', {})).to.throw('no "### Message other" under 3.4');
    expect(() => texts.check('9.9')).to.throw('no section "## 9.9 ..."');
  });

  it('have the messages that all labs share', () => {
    expect([...sharedMessages().keys()]).to.include.members(['threw', 'left-open', 'never-rests', 'did-not-start']);
    expect(texts.template('3.4', 'threw').happened).to.contain('threw');
  });

  it('say which line is not of their form', () => {
    const wrong = (text: string) => () => parseTexts(text);
    expect(wrong('## 3.4\n')).to.throw('hints.md:1: "## 3.4" is not "## <check> <title>"');
    expect(wrong('## 3.4 a\n### Hints\n')).to.throw('hints.md:2: "### Hints" is not');
    expect(wrong('## 3.4 a\n### Hint 2\n')).to.throw('hints.md:2: hint 2 is not the next one');
    expect(wrong('## 3.4 a\n### Message b\n- Happened: x\n- Why: y\n')).to.throw('hints.md:2: message b: it wants');
    expect(wrong('## 3.4 a\n## 3.4 a\n')).to.throw('hints.md:2: 3.4 is there twice');
  });
});
