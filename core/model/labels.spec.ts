import { expect } from 'chai';
import fc from 'fast-check';
import { runs } from '../testing/runs.ts';
import { formatSelector, matches, parseSelector, selectorOf, selectorOfMap } from './labels.ts';
import { ApiError } from './status.ts';

const web = { app: 'web', tier: 'front', version: '3' };

describe('label selectors', () => {
  const matching: [string, boolean][] = [
    ['', true],
    ['app=web', true],
    ['app==web', true],
    [' app = web , tier = front ', true],
    ['app=db', false],
    ['app!=db', true],
    ['app!=web', false],
    ['missing!=x', true],
    ['app', true],
    ['missing', false],
    ['!missing', true],
    ['!app', false],
    ['app in (web,db)', true],
    ['app in (db)', false],
    ['app notin (db)', true],
    ['missing notin (db)', true],
    ['app notin (web)', false],
    ['app in (web),tier notin (back),!canary', true],
    ['version>2', true],
    ['version > 3', false],
    ['version<10', true],
    ['app=', false],
    ['in in (in,notin)', false],
    ['constructor', false],
    ['constructor=Object', false],
  ];
  for (const [text, wanted] of matching) {
    it(`"${text}" ${wanted ? 'matches' : 'does not match'}`, () => {
      expect(matches(parseSelector(text), web)).to.equal(wanted);
    });
  }

  const errors: [string, string][] = [
    ['app=web,', "found '', expected: identifier after ','"],
    [',app', "found ',', expected: !, identifier, or 'end of string'"],
    ['app=web tier=x', "found 'tier', expected: ',' or 'end of string'"],
    ['app in', "unable to parse requirement: found '' expected: '('"],
    ['app in (a', "unable to parse requirement: found '', expected: ',' or ')'"],
    [
      'app in ()',
      "unable to parse requirement: values: Invalid value: []: for 'in', 'notin' operators, values set can't be empty",
    ],
    ['app is web', "unable to parse requirement: found 'is', expected: in, notin, =, ==, !=, gt, lt"],
    ['app=(', "unable to parse requirement: found '(', expected: identifier"],
    ['!', "unable to parse requirement: found '', expected: identifier"],
    [
      'a>b',
      `unable to parse requirement: values[0]: Invalid value: "b": for 'Gt', 'Lt' operators, the value must be an integer`,
    ],
  ];
  for (const [text, message] of errors) {
    it(`refuses "${text}" in Kubernetes' words`, () => {
      expect(() => parseSelector(text))
        .to.throw(ApiError, message)
        .with.property('code', 400);
    });
  }

  it('refuses keys and values that no label can have', () => {
    expect(() => parseSelector('a/b/c=1')).to.throw(
      /^unable to parse requirement: <nil>: Invalid value: "a\/b\/c": a qualified name/,
    );
    expect(() => parseSelector(`app=${'x'.repeat(64)}`)).to.throw(
      /values\[0\]\[app\]: Invalid value: ".*": must be no more than 63 characters/,
    );
  });

  it('reads the selectors of objects', () => {
    const selector = selectorOf({
      matchLabels: { tier: 'front' },
      matchExpressions: [
        { key: 'app', operator: 'In', values: ['web', 'api'] },
        { key: 'canary', operator: 'DoesNotExist' },
      ],
    });
    expect(formatSelector(selector)).to.equal('app in (api,web),!canary,tier=front');
    expect(matches(selector, web)).to.equal(true);
    expect(matches(selector, { ...web, canary: '' })).to.equal(false);
  });

  it('takes a missing selector for nothing and an empty one for everything', () => {
    expect(matches(selectorOf(undefined), web)).to.equal(false);
    expect(matches(selectorOfMap(undefined), web)).to.equal(false);
    expect(matches(selectorOf({}), undefined)).to.equal(true);
  });

  const word = fc.stringMatching(/^[a-z][a-z0-9]{0,5}$/);
  const values = fc.uniqueArray(word, { minLength: 1, maxLength: 3 }).map((list) => list.sort());
  const requirement = fc.oneof(
    fc.record({ key: word, operator: fc.constantFrom('=' as const, '!=' as const), values: fc.tuple(word) }),
    fc.record({ key: word, operator: fc.constantFrom('in' as const, 'notin' as const), values }),
    fc.record({ key: word, operator: fc.constantFrom('exists' as const, '!' as const), values: fc.constant([]) }),
  );

  it('reads back what it has written', () => {
    fc.assert(
      fc.property(fc.array(requirement, { maxLength: 4 }), (requirements) => {
        const text = formatSelector({ requirements });
        expect(formatSelector(parseSelector(text))).to.equal(
          formatSelector({
            requirements: [...requirements].sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0)),
          }),
        );
      }),
    );
  });

  it('never fails otherwise than with a 400, whatever the text', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.stringMatching(/^[a-c!=,() innot<>]*$/)), (text) => {
        try {
          parseSelector(text);
        } catch (error) {
          expect(error).to.be.instanceOf(ApiError).with.property('code', 400);
        }
      }),
      runs(500),
    );
  });
});
