import { expect } from 'chai';
import fc from 'fast-check';
import {
  add,
  canonical,
  compare,
  formatQuantity,
  isQuantity,
  milliValue,
  parseQuantity,
  quantityFormat,
  value,
} from './quantity.ts';

describe('quantity', () => {
  // What is written, what Kubernetes keeps.
  const canonicals: [string | number, string][] = [
    ['0', '0'],
    ['100m', '100m'],
    ['0.1', '100m'],
    ['1000m', '1'],
    ['1', '1'],
    [2, '2'],
    ['+1', '1'],
    ['-5', '-5'],
    ['1.5', '1500m'],
    ['.5', '500m'],
    ['5.', '5'],
    ['1000', '1k'],
    ['1500', '1500'],
    ['1e3', '1e3'],
    ['1E3', '1e3'],
    ['1000e3', '1e6'],
    ['15e2', '1500'],
    ['1Ki', '1Ki'],
    ['1024Ki', '1Mi'],
    ['1536Mi', '1536Mi'],
    ['1.5Gi', '1536Mi'],
    ['0.5Gi', '512Mi'],
    ['0.5Ki', '512'],
    ['0.1Ki', '102400m'],
    ['1Ei', '1Ei'],
    ['128Mi', '128Mi'],
    ['1024', '1024'],
    ['1024Mi', '1Gi'],
    ['1M', '1M'],
    ['1n', '1n'],
    ['0.1n', '1n'],
    ['1u', '1u'],
    ['1E', '1E'],
    ['3.14159', '3141590u'],
  ];
  for (const [text, wanted] of canonicals) {
    it(`keeps ${JSON.stringify(text)} as ${wanted}`, () => expect(canonical(text)).to.equal(wanted));
  }

  for (const text of ['', ' 1', '1 ', 'abc', '1KI', '1mi', '1.2.3', 'Ki', '.', '1e', '1K', '0x10', '--1', '1e99999']) {
    it(`refuses ${JSON.stringify(text)}`, () => {
      expect(isQuantity(text)).to.equal(false);
      expect(() => parseQuantity(text)).to.throw(quantityFormat);
    });
  }

  it('refuses what is neither text nor number', () => {
    for (const value of [null, undefined, {}, [], true, Number.NaN]) expect(isQuantity(value)).to.equal(false);
  });

  it('rounds up, as Kubernetes does', () => {
    expect(milliValue('250m')).to.equal(250);
    expect(milliValue('1')).to.equal(1000);
    expect(milliValue('1u')).to.equal(1);
    expect(value('1Ki')).to.equal(1024);
    expect(value('100m')).to.equal(1);
    expect(value('1Gi')).to.equal(1_073_741_824);
  });

  it('adds without losing anything', () => {
    expect(formatQuantity(add('100m', '0.2'))).to.equal('300m');
    expect(formatQuantity(add('1Gi', '512Mi'))).to.equal('1536Mi');
    expect(formatQuantity(add('1', '-1n'))).to.equal('999999999n');
    expect(compare('1Gi', '1G')).to.equal(1);
    expect(compare('1000m', 1)).to.equal(0);
  });

  const quantities = fc.record({
    nano: fc.bigInt({ min: -(2n ** 80n), max: 2n ** 80n }),
    format: fc.constantFrom('BinarySI' as const, 'DecimalSI' as const, 'DecimalExponent' as const),
  });

  it('reads back what it has written, for any amount', () => {
    fc.assert(
      fc.property(quantities, (quantity) => {
        expect(parseQuantity(formatQuantity(quantity)).nano).to.equal(quantity.nano);
      }),
    );
  });

  it('has one canonical text for an amount', () => {
    fc.assert(
      fc.property(quantities, (quantity) => {
        const text = formatQuantity(quantity);
        expect(canonical(text)).to.equal(text);
      }),
    );
  });
});
