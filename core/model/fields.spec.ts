import { expect } from 'chai';
import { ConfigMaps } from './config-map.ts';
import { matchesFields, parseFieldSelector } from './fields.ts';
import type { Pod } from './pod.ts';
import { Pods } from './pod.ts';
import { ApiError } from './status.ts';

const pod: Pod = {
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: {
    name: 'web',
    namespace: 'shop',
    uid: 'u',
    resourceVersion: '1',
    creationTimestamp: '2026-01-01T00:00:00Z',
  },
  spec: { containers: [{ name: 'web', image: 'nginx' }], nodeName: 'node-1' },
  status: { phase: 'Running' },
};

describe('field selectors', () => {
  const matching: [string, boolean][] = [
    ['', true],
    ['metadata.name=web', true],
    ['metadata.name==web', true],
    ['metadata.namespace!=shop', false],
    ['spec.nodeName=node-1,status.phase!=Failed', true],
    ['status.phase=Pending', false],
    ['spec.hostNetwork=false', true],
    ['status.podIP=', true],
  ];
  for (const [text, wanted] of matching) {
    it(`"${text}" ${wanted ? 'matches' : 'does not match'}`, () => {
      expect(matchesFields(parseFieldSelector(text, Pods), Pods, pod)).to.equal(wanted);
    });
  }

  it('refuses fields that the kind does not offer', () => {
    for (const field of ['spec.image', 'constructor', '__proto__']) {
      expect(() => parseFieldSelector(`${field}=x`, Pods))
        .to.throw(ApiError, `field label not supported: ${field}`)
        .with.property('code', 400);
    }
    expect(() => parseFieldSelector('data=x', ConfigMaps)).to.throw(
      '"data" is not a known field selector: only "metadata.name", "metadata.namespace"',
    );
  });

  it('reads escapes', () => {
    const selector = parseFieldSelector('reason=a\\,b\\=c\\\\d');
    expect(selector).to.deep.equal([{ field: 'reason', operator: '=', value: 'a,b=c\\d' }]);
  });

  it('refuses what does not parse', () => {
    expect(() => parseFieldSelector('nonsense')).to.throw("invalid selector: 'nonsense'; can't understand 'nonsense'");
    expect(() => parseFieldSelector('a=b=c')).to.throw('invalid field selector: unescaped character in value: 61');
    expect(() => parseFieldSelector('a=\\x')).to.throw('invalid field selector: invalid escape sequence: \\x');
  });
});
