// The grammar of label selectors, by recursive descent (apimachinery, pkg/labels/selector.go, whose messages these are):
//   selector    = requirement { "," requirement }
//   requirement = "!" key | key [ ("=" | "==" | "!=" | ">" | "<") value | ("in" | "notin") "(" values ")" ]
// A value may be empty. `in` and `notin` are words like any other where a key or a value is expected.

import { invalidValue, joinPath } from './causes.ts';
import { labelValueProblems, qualifiedNameProblems } from './label-rules.ts';
import type { Operator, Requirement } from './labels.ts';

interface Token {
  readonly kind: 'word' | 'symbol' | 'end' | 'error';
  readonly text: string;
}

const symbols = new Set(['!', '=', '==', '!=', '>', '<', '(', ')', ',']);
const end: Token = { kind: 'end', text: '' };

function tokenize(text: string): Token[] {
  const tokens: Token[] = [];
  for (const [part] of text.matchAll(/[^\s=!(),><]+|[=!(),><]+/g)) {
    if (!/^[=!(),><]/.test(part)) {
      tokens.push({ kind: 'word', text: part });
      continue;
    }
    // The longest symbol first: `!=` before `!`.
    for (let at = 0; at < part.length; ) {
      const two = part.slice(at, at + 2);
      const symbol = two.length === 2 && symbols.has(two) ? two : part.charAt(at);
      tokens.push({ kind: 'symbol', text: symbol });
      at += symbol.length;
    }
  }
  return tokens;
}

/** Throws an Error with Kubernetes' text. */
export function parseRequirements(text: string): Requirement[] {
  const tokens = tokenize(text);
  const requirements: Requirement[] = [];
  let at = 0;
  const look = (): Token => tokens[at] ?? end;
  const take = (): Token => tokens[at++] ?? end;
  const is = (token: Token, symbol: string): boolean => token.kind === 'symbol' && token.text === symbol;

  function requirement(): Requirement {
    let token = take();
    const negated = is(token, '!');
    if (negated) token = take();
    if (token.kind !== 'word') throw new Error(`found '${token.text}', expected: identifier`);
    const key = token.text;
    checkKey(key);
    if (look().kind === 'end' || is(look(), ',')) return { key, operator: negated ? '!' : 'exists', values: [] };
    if (negated) return { key, operator: '!', values: [] };
    const operator = take();
    switch (operator.text) {
      case 'in':
      case 'notin':
        return check({ key, operator: operator.text, values: values() });
      case '=':
      case '==':
      case '!=':
      case '>':
      case '<':
        return check({ key, operator: operator.text as Operator, values: [value()] });
      default:
        throw new Error(`found '${operator.text}', expected: in, notin, =, ==, !=, gt, lt`);
    }
  }

  function value(): string {
    if (look().kind === 'end' || is(look(), ',')) return '';
    const token = take();
    if (token.kind !== 'word') throw new Error(`found '${token.text}', expected: identifier`);
    return token.text;
  }

  function values(): string[] {
    const open = take();
    if (!is(open, '(')) throw new Error(`found '${open.text}' expected: '('`);
    const found: string[] = [];
    let wantsValue = true;
    for (;;) {
      const token = take();
      if (is(token, ')')) {
        // `(a,)` means a and the empty text; `()` means no value at all.
        if (wantsValue && found.length > 0) found.push('');
        return [...new Set(found)].sort();
      }
      if (is(token, ',')) {
        if (wantsValue) found.push('');
        wantsValue = true;
      } else if (token.kind === 'word') {
        if (!wantsValue) throw new Error(`found '${token.text}', expected: ',' or ')'`);
        found.push(token.text);
        wantsValue = false;
      } else {
        throw new Error(`found '${token.text}', expected: ${wantsValue ? "',', ')' or identifier" : "',' or ')'"}`);
      }
    }
  }

  for (;;) {
    const token = look();
    if (token.kind === 'end') return requirements;
    if (token.kind !== 'word' && !is(token, '!')) {
      throw new Error(`found '${token.text}', expected: !, identifier, or 'end of string'`);
    }
    try {
      requirements.push(requirement());
    } catch (error) {
      throw new Error(`unable to parse requirement: ${(error as Error).message}`);
    }
    const next = take();
    if (next.kind === 'end') return requirements;
    if (!is(next, ',')) throw new Error(`found '${next.text}', expected: ',' or 'end of string'`);
    if (look().kind !== 'word' && !is(look(), '!')) {
      throw new Error(`found '${look().text}', expected: identifier after ','`);
    }
  }
}

const refuse = (field: string, value: unknown, detail: string): never => {
  throw new Error(`${field}: ${invalidValue('', value, detail).message}`);
};

/** Go prints a path that is not there as `<nil>`. */
function checkKey(key: string): void {
  const wrong = qualifiedNameProblems(key);
  if (wrong.length > 0) refuse('<nil>', key, wrong.join('; '));
}

function check(requirement: Requirement): Requirement {
  const { key, operator, values } = requirement;
  if ((operator === 'in' || operator === 'notin') && values.length === 0) {
    refuse('values', values, "for 'in', 'notin' operators, values set can't be empty");
  }
  if (operator === '>' || operator === '<') {
    if (!/^[+-]?\d+$/.test(values[0] ?? '')) {
      refuse('values[0]', values[0], "for 'Gt', 'Lt' operators, the value must be an integer");
    }
  }
  values.forEach((value, i) => {
    const wrong = labelValueProblems(value);
    if (wrong.length > 0) refuse(joinPath('values', `[${i}][${key}]`), value, wrong.join('; '));
  });
  return requirement;
}
