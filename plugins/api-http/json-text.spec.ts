import { expect } from 'chai';
import fc from 'fast-check';
import { maxDepth, parseJson } from './json-text.ts';

const problem = (text: string): string => {
  try {
    parseJson(text);
    return 'none';
  } catch (error) {
    return (error as Error).message;
  }
};

describe('parseJson', () => {
  it('reads what JSON.parse reads, and nothing else', () => {
    fc.assert(
      fc.property(fc.json(), (text) => {
        expect(parseJson(text).value).to.deep.equal(JSON.parse(text));
      }),
    );
    fc.assert(
      fc.property(
        fc.json(),
        fc.nat(),
        fc.constantFrom('', ',', '}', '"', 'x', '\u0001', '0', '-', '\\'),
        (text, at, junk) => {
          const place = at % (text.length + 1);
          const broken = text.slice(0, place) + junk + text.slice(place + 1);
          let valid = true;
          try {
            JSON.parse(broken);
          } catch {
            valid = false;
          }
          expect(problem(broken) === 'none').to.equal(valid);
        },
      ),
    );
  });

  it('says what is wrong in the words of Go', () => {
    const cases: [string, string][] = [
      ['', 'unexpected end of JSON input'],
      ['{"a":1', 'unexpected end of JSON input'],
      ['{"a" 1}', "invalid character '1' after object key"],
      ['{"a":1 "b"}', `invalid character '"' after object key:value pair`],
      ['{a:1}', "invalid character 'a' looking for beginning of object key string"],
      ['[1 2]', "invalid character '2' after array element"],
      ['{} {}', "invalid character '{' after top-level value"],
      ['trup', "invalid character 'p' in literal true (expecting 'e')"],
      ['"a\nb"', "invalid character '\\n' in string literal"],
      ['"\\x"', "invalid character 'x' in string escape code"],
      ['-x', "invalid character 'x' in numeric literal"],
      ["'a'", "invalid character '\\'' looking for beginning of value"],
    ];
    for (const [text, message] of cases) expect(problem(text), text).to.equal(message);
  });

  it('finds keys that are said twice, however much shorter the rest of the text is written', () => {
    const twice = '"key":1,"key":';
    for (const rest of [
      '1e3',
      '1e20',
      '5e-1',
      '-1e6',
      '100',
      '1E2',
      '0',
      '"\\u0041"',
      '{}',
      '[]',
      '[{}]',
      '"a\\nb"',
      '7001',
    ]) {
      for (const end of ['', '\n', ' ']) {
        const text = `{${twice}${rest}}${end}`;
        expect(parseJson(text), text).to.deep.equal({ value: { key: JSON.parse(rest) }, duplicates: ['key'] });
        expect(parseJson(`{"key":${rest}}${end}`).duplicates, text).to.deep.equal([]);
      }
    }
    fc.assert(
      fc.property(fc.json(), fc.json(), fc.string(), (a, b, key) => {
        const name = JSON.stringify(key);
        expect(parseJson(`{${name}:${a},${name}:${b}}`).duplicates).to.have.length.greaterThan(0);
        expect(parseJson(a).duplicates).to.deep.equal([]);
      }),
    );
  });

  it('finds keys that are said twice', () => {
    expect(parseJson('{"a":1,"b":[{"c":1,"\\u0063":2}],"a":3}').duplicates).to.deep.equal(['b[0].c', 'a']);
    expect(parseJson('{"a":{"x":1},"b":{"x":1}}').duplicates).to.deep.equal([]);
  });

  it('stops at the depth that is allowed', () => {
    const nested = (levels: number) => '['.repeat(levels) + ']'.repeat(levels);
    expect(problem(nested(maxDepth))).to.equal('none');
    expect(problem(nested(maxDepth + 2))).to.equal(`exceeded max depth of ${maxDepth}`);
    expect(problem(nested(1_000_000))).to.equal(`exceeded max depth of ${maxDepth}`);
  });

  it('takes __proto__ for a key like any other', () => {
    const { value } = parseJson('{"__proto__":{"polluted":true}}');
    expect(Object.keys(value as object)).to.deep.equal(['__proto__']);
    expect(({} as { polluted?: boolean }).polluted).to.equal(undefined);
  });
});
