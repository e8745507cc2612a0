import { expect } from 'chai';
import { describedNames, descriptionOf } from './schema/descriptions.ts';
import { type Field, messageType, messageTypeNames, schemaOf } from './schema.ts';

const messageOf = (field: Field | undefined) => (field && 'message' in field.type ? field.type.message : undefined);

describe('schema', () => {
  it('describes a kind by its JSON fields, with the numbers of protobuf', () => {
    const pod = schemaOf('', 'v1', 'Pod');
    expect([...(pod?.fields.keys() ?? [])]).to.deep.equal(['apiVersion', 'kind', 'metadata', 'spec', 'status']);
    const spec = messageType(messageOf(pod?.fields.get('spec')) ?? '');
    expect(spec?.name).to.equal('core.v1.PodSpec');
    expect(spec?.fields.get('nodeName')).to.include({ number: 10, list: false, map: false });
    expect(spec?.fields.get('nodeSelector')).to.deep.include({
      map: true,
      type: { scalar: 'string' },
      mapType: 'atomic',
    });
  });

  it('knows how patches merge', () => {
    const container = messageType('core.v1.Container');
    expect(container?.fields.get('ports')).to.deep.include({
      list: true,
      patchStrategy: 'merge',
      patchMergeKey: 'containerPort',
      listType: 'map',
      listMapKeys: ['containerPort', 'protocol'],
    });
    expect(messageType('core.v1.PodSpec')?.fields.get('volumes')?.patchStrategy).to.equal('merge,retainKeys');
    expect(messageType('apps.v1.DeploymentSpec')?.fields.get('strategy')?.patchStrategy).to.equal('retainKeys');
    const finalizers = messageType('meta.v1.ObjectMeta')?.fields.get('finalizers');
    expect(finalizers?.patchStrategy).to.equal('merge');
    expect(finalizers).not.to.have.property('patchMergeKey');
  });

  it('flattens inlined structs in JSON and keeps them apart on the wire', () => {
    const probe = messageType('core.v1.Probe');
    expect(probe?.fields.has('httpGet')).to.equal(true);
    expect(probe?.fields.has('handler')).to.equal(false);
    expect(probe?.wire.get(1)).to.deep.include({ inlined: true, type: { message: 'core.v1.ProbeHandler' } });
    expect(messageType('core.v1.Volume')?.fields.has('emptyDir')).to.equal(true);
    expect(messageType('core.v1.EphemeralContainer')?.fields.has('image')).to.equal(true);
    expect(messageType('core.v1.SecretKeySelector')?.fields.has('name')).to.equal(true);
    expect(messageType('admissionregistration.v1.NamedRuleWithOperations')?.fields.has('apiGroups')).to.equal(true);
  });

  it("knows our own kinds, which are under Kubernetes' rules", () => {
    const component = schemaOf('kubelab.dev', 'v1', 'Component');
    expect(messageOf(component?.fields.get('spec'))).to.equal('kubelab.v1.ComponentSpec');
    const spec = messageType('kubelab.v1.ComponentSpec');
    expect([...(spec?.fields.keys() ?? [])]).to.deep.equal(['slot', 'plugin', 'options', 'path']);
    expect(spec?.fields.get('options')).to.deep.include({ map: true, type: { message: 'JSON' } });
  });

  it('names JSON forms of their own', () => {
    expect(messageOf(messageType('core.v1.ServicePort')?.fields.get('targetPort'))).to.equal('IntOrString');
    expect(messageType('IntOrString')?.special).to.equal('IntOrString');
  });

  it('reads every table, and every type that is named exists', () => {
    const names = messageTypeNames();
    expect(names).to.have.length.above(500);
    for (const name of names) {
      const type = messageType(name);
      for (const field of [...(type?.fields.values() ?? []), ...(type?.wire.values() ?? [])]) {
        const message = messageOf(field);
        if (message !== undefined)
          expect(messageType(message), `${name}.${field.name}: ${message}`).not.to.equal(undefined);
      }
    }
  });

  it('describes types and fields that exist', () => {
    for (const name of describedNames()) {
      const dot = name.lastIndexOf('.');
      const isField = messageType(name.slice(0, dot))?.fields.has(name.slice(dot + 1));
      expect(isField || messageType(name) !== undefined, name).to.equal(true);
      expect(descriptionOf(name), name).to.match(/\.$/);
    }
    expect(descriptionOf('policy.v1.constructor')).to.equal(undefined);
  });

  it('says undefined to what Kubernetes does not have', () => {
    expect(schemaOf('', 'v1', 'PodSpec')).to.equal(undefined);
    expect(schemaOf('example.com', 'v1', 'Pod')).to.equal(undefined);
    expect(messageType('constructor')).to.equal(undefined);
    expect(messageType('__proto__.constructor')).to.equal(undefined);
    expect(messageType('core.v1.constructor')).to.equal(undefined);
  });
});
