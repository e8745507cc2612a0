// The suite that every ApiClient passes, in process and over HTTPS, so that a component cannot tell them apart:
//
//   describeApiClient('local', async () => ({ client, compact, close }));
//
// It works in namespaces of its own making and leaves the rest of the cluster alone. What it expects is Kubernetes':
// run against a real cluster, it should pass too (without `compact`).

import { collectionCases } from './api-client/collection-cases.ts';
import { deleteCases } from './api-client/delete-cases.ts';
import { objectCases } from './api-client/object-cases.ts';
import { patchCases } from './api-client/patch-cases.ts';
import { type ClientUnderTest, Room } from './api-client/room.ts';
import { subresourceCases } from './api-client/subresource-cases.ts';
import { watchCases } from './api-client/watch-cases.ts';

export type { ClientUnderTest } from './api-client/room.ts';

export function describeApiClient(name: string, make: () => Promise<ClientUnderTest>): void {
  describe(`API client ${name}`, () => {
    const room = new Room();
    before(async () => room.open(await make()));
    after(() => room.close());
    beforeEach(() => room.begin());
    afterEach(() => room.end());

    describe('objects', () => objectCases(room));
    describe('lists', () => collectionCases(room));
    describe('patches', () => patchCases(room));
    describe('watches', () => watchCases(room));
    describe('deletion', () => deleteCases(room));
    describe('subresources', () => subresourceCases(room));
  });
}
