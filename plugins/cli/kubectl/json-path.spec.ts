// JSONPath templates, as `kubectl get -o jsonpath=` takes them.

import { expect } from 'chai';
import { jsonPath } from './json-path.ts';

const pods = {
  items: [
    {
      metadata: { name: 'a', labels: { 'app.kubernetes.io/name': 'x' } },
      spec: { port: 80, on: true },
      list: [1, 2, 3],
    },
    { metadata: { name: 'b' }, spec: { port: 443, none: null, html: '<&>' } },
  ],
};

describe('jsonpath', () => {
  const cases: [template: string, text: string][] = [
    ['{.items[0].metadata.name}', 'a'],
    ['{.items[*].metadata.name}', 'a b'],
    ['{.items[-1:].metadata.name}', 'b'],
    ['{.items[0:2].metadata.name}', 'a b'],
    ['{.items[-1].metadata.name}', 'b'],
    ['{.items[5].metadata.name}', ''],
    ['{..name}', 'a b'],
    ['{.items[?(@.spec.port>80)].metadata.name}', 'b'],
    ['{.items[?(@.metadata.name=="a")].spec.port}', '80'],
    ['{.items[?(@.spec.on)].metadata.name}', 'a'],
    ['{.items[0].metadata.labels.app\\.kubernetes\\.io/name}', 'x'],
    ["{.items[0].metadata['name']}", 'a'],
    ['{range .items[*]}{.metadata.name}{"\\t"}{.spec.port}{"\\n"}{end}', 'a\t80\nb\t443\n'],
    ['names: {.items[*].metadata.name}!', 'names: a b!'],
    ['{.items[0].spec}', '{"on":true,"port":80}'],
    ['{.items[1].spec}', '{"html":"\\u003c\\u0026\\u003e","none":null,"port":443}'],
    ['{.items[0].list[0,2]}', '1 3'],
    ['{.constructor}{.__proto__}', ''],
    ['{$.items[0].metadata.name}', 'a'],
  ];
  for (const [template, text] of cases) {
    it(template, () => expect(jsonPath(template, pods)).to.equal(text));
  }

  it('refuses templates that do not end', () => {
    expect(() => jsonPath('{range .items[*]}{.metadata.name}', pods)).to.throw('range is not ended');
    expect(() => jsonPath('{end}', pods)).to.throw('nothing to end');
    expect(() => jsonPath('{.items', pods)).to.throw('unclosed action');
  });
});
