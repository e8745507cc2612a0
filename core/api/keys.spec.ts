import { expect } from 'chai';
import { builtinResources } from '../model/index.ts';
import { apiVersionOf, type Resource } from '../model/resource.ts';
import { keyFor, prefixOf } from './keys.ts';

describe('keys', () => {
  // In Kubernetes: the plural, but for pkg/kubeapiserver/default_storage_factory_builder.go, SpecialDefaultResourcePrefixes.
  const special: Readonly<Record<string, string>> = {
    'v1/replicationcontrollers': 'controllers',
    'v1/endpoints': 'services/endpoints',
    'v1/services': 'services/specs',
    'v1/nodes': 'minions',
    'networking.k8s.io/v1/ingresses': 'ingress',
  };

  it('are laid out as in the etcd of a real cluster, for every kind that is served', () => {
    for (const resource of builtinResources) {
      const wanted = special[`${apiVersionOf(resource)}/${resource.plural}`] ?? resource.plural;
      expect(prefixOf(resource)).to.equal(`/registry/${wanted}/`);
    }
  });

  it('have a place for each kind of their own', () => {
    const prefixes = builtinResources.map((resource) => prefixOf(resource));
    expect(prefixes).to.deep.equal([...new Set(prefixes)]);
  });

  it('of kinds that Kubernetes does not know are below their group, as those of custom resources', () => {
    const backups = { group: 'example.com', plural: 'backups', namespaced: true } as Resource;
    expect(keyFor(backups, 'default', 'nightly')).to.equal('/registry/example.com/backups/default/nightly');
    const classes = { group: 'snapshot.storage.k8s.io', plural: 'volumesnapshotclasses' } as Resource;
    expect(prefixOf(classes)).to.equal('/registry/volumesnapshotclasses/');
  });
});
