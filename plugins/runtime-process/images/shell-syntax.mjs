// The grammar of shell.mjs: a script as text becomes a list of steps.
//   { when: '' | '&&' | '||', kind: 'command', words, redirects }
//   { when, kind: 'while' | 'until' | 'if', condition, body, otherwise }     { when, kind: 'for', name, words, body }

/** Words and operators; a word is a list of parts: { text, quoted: '' | '"' | "'" }. */
function tokenize(script) {
  const tokens = [];
  const pattern =
    /[ \t]+|#[^\n]*|(\n|;|&&|\|\||>>|>|\||&)|((?:'[^']*'|"(?:[^"\\]|\\.)*"|\\.|\$\([^)]*\)|[^\s;&|>'"\\])+)/gsy;
  for (let match = pattern.exec(script); match; match = pattern.exec(script)) {
    if (match[1]) tokens.push({ operator: match[1] });
    if (match[2]) tokens.push({ word: match[2] });
  }
  return tokens;
}

const ends = { while: 'done', until: 'done', for: 'done', if: 'fi' };

/** Parses until one of the words; gives a list of steps: { when: '' | '&&' | '||', ...command }. */
function parseList(tokens, until = []) {
  const steps = [];
  let when = '';
  while (tokens.length > 0 && !until.includes(tokens[0].word)) {
    const { operator, word } = tokens[0];
    if (operator === '|' || operator === '&') throw new Error(`this shell does not know "${operator}"`);
    if (operator) {
      tokens.shift();
      when = operator === '&&' || operator === '||' ? operator : '';
    } else {
      steps.push({ when, ...(ends[word] ? parseBlock(tokens) : parseCommand(tokens)) });
      when = '';
    }
  }
  return steps;
}

function take(tokens, word) {
  const found = tokens.shift()?.word;
  if (found !== word) throw new Error(`syntax error: expected "${word}", found "${found ?? 'the end'}"`);
}

function parseBlock(tokens) {
  const kind = tokens.shift().word;
  if (kind === 'for') {
    const name = tokens.shift().word;
    take(tokens, 'in');
    const words = [];
    while (tokens[0]?.word) words.push(tokens.shift().word);
    tokens.shift();
    take(tokens, 'do');
    const body = parseList(tokens, ['done']);
    take(tokens, 'done');
    return { kind, name, words, body };
  }
  const condition = parseList(tokens, [kind === 'if' ? 'then' : 'do']);
  tokens.shift();
  const body = parseList(tokens, kind === 'if' ? ['else', 'fi'] : ['done']);
  const hasElse = tokens[0]?.word === 'else';
  if (hasElse) tokens.shift();
  const otherwise = hasElse ? parseList(tokens, ['fi']) : [];
  take(tokens, ends[kind]);
  return { kind, condition, body, otherwise };
}

function parseCommand(tokens) {
  const words = [];
  const redirects = [];
  while (tokens[0]?.word || tokens[0]?.operator?.startsWith('>')) {
    const { operator, word } = tokens.shift();
    if (operator) redirects.push({ append: operator === '>>', to: tokens.shift()?.word ?? '' });
    else words.push(word);
  }
  return { kind: 'command', words, redirects };
}

/** The steps of a script. Throws an Error that says what is wrong with it. */
export const parseScript = (script) => parseList(tokenize(script));
