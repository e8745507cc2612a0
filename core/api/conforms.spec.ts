import { expect } from 'chai';
import { ConfigMaps } from '../model/config-map.ts';
import { type MessageType, schemaOf } from '../model/schema.ts';
import { sizeIfConforms } from './conforms.ts';
import { decode } from './decode.ts';

describe('sizeIfConforms', () => {
  const configMap = schemaOf('', 'v1', 'ConfigMap') as MessageType;
  const pod = schemaOf('', 'v1', 'Pod') as MessageType;
  const conforms = (type: MessageType, json: string) => sizeIfConforms(type, JSON.parse(json)) >= 0;

  it('takes what is of the type exactly', () => {
    expect(conforms(configMap, '{"kind":"ConfigMap","metadata":{"name":"a"},"data":{"constructor":"x"}}')).to.equal(
      true,
    );
    const container = '{"name":"a","ports":[{"containerPort":80}],"resources":{"limits":{"cpu":"1"}}}';
    expect(conforms(pod, `{"spec":{"containers":[${container}]}}`)).to.equal(true);
  });

  it('leaves everything else to a closer look', () => {
    for (const json of [
      '{"unknown":1}',
      '{"constructor":{}}',
      '{"metadata":null}',
      '{"metadata":[]}',
      '{"data":{"a":1}}',
      '{"data":{"a":null}}',
      '{"data":["a"]}',
      '{"metadata":{"finalizers":{}}}',
    ])
      expect(conforms(configMap, json), json).to.equal(false);
  });

  it('counts about as much text as there is', () => {
    const object = { kind: 'ConfigMap', metadata: { name: 'a' }, data: { key: 'x'.repeat(1000) } };
    const size = sizeIfConforms(configMap, object);
    expect(size).to.be.within(JSON.stringify(object).length - 10, JSON.stringify(object).length + 10);
  });

  it('does not let pass what is too big', () => {
    const body = { metadata: { name: 'a' }, data: { key: 'x'.repeat(3 * 1024 * 1024) } };
    expect(() => decode(ConfigMaps, body, { user: { name: 'me', groups: [] } }))
      .to.throw('Request entity too large')
      .with.property('code', 413);
  });
});
