// Owner: whose objects an etcd holds. A key beside them says it, which no key of an object begins like:
//   kubelab.dev/store              {"format":1,"cluster":"kubelab"}        of /registry/...
//   kubelab.dev/store/cluster-a    the same                                of /cluster-a/registry/...
//   kubelab.dev/store              {..., "filling":true}                   while another store's objects are copied there
// It is written before the first object, and again when a copy is whole: what etcd did before that is no history of this
// cluster's, so the revision of the mark is the floor below which everything is compacted.
// Always true: what another program has put there, a real Kubernetes above all, another cluster or another version of Kubelab,
//   is neither changed nor hidden: the store does not open.

import { type Revision, StoreFailure } from '../../core/contracts/store.ts';
import { type Etcd, isProtobuf } from './etcd-stream.ts';
import { placeOf } from './failures.ts';

/** The layout that this code reads and writes. */
const format = 1;

/** The mark as it stands. */
export interface Mark {
  /** Since when it is there, as etcd writes it: another one has another. */
  readonly created: string;
  /** When it was last written. Nothing of before is told to anybody. */
  readonly floor: Revision;
}

export const markKey = ({ root }: Etcd): Buffer => Buffer.from(`kubelab.dev/store${root}`);

export const markOf = (cluster: string, state: { readonly filling?: true } = {}): Buffer =>
  Buffer.from(JSON.stringify({ format, cluster, ...state }));

/** Makes an empty etcd the cluster's, and makes sure that one with objects is. @throws StoreFailure that names what is there */
export async function own(etcd: Etcd, cluster: string): Promise<Mark> {
  const { client, root } = etcd;
  const key = markKey(etcd);
  const mark = markOf(cluster);
  const anyObject = { key: Buffer.from(`${root}/`), range_end: Buffer.from(`${root}0`), limit: '1' };
  for (;;) {
    const { succeeded, responses } = await client.kv.txn({
      compare: [{ key, result: 'Equal', target: 'Mod', mod_revision: '0' }],
      success: [{ request_range: anyObject }],
      failure: [{ request_range: { key } }],
    });
    const found = responses[0]?.response_range?.kvs[0];
    const refuse = (what: string) => new StoreFailure('refused', `${placeOf(etcd)} ${what}`);
    if (!succeeded && found) {
      const why = misfit(found.value, cluster, etcd);
      if (why === undefined) return { created: found.create_revision, floor: Number(found.mod_revision) };
      throw refuse(why);
    }
    if (found) throw refuse(stranger(found.key.toString('utf8'), found.value, `${key}`, `${mark}`));
    // Another server of the cluster may be as quick: then its mark is read.
    await client.kv.txn({
      compare: [{ key, result: 'Equal', target: 'Mod', mod_revision: '0' }],
      success: [{ request_put: { key, value: mark } }],
      failure: [],
    });
  }
}

const elsewhere =
  'give store-etcd an etcd of its own, or a place of its own in this one (option prefix: /registry is then below it)';

/** What to type so that it is empty, and nobody's. */
export const emptied = (etcd: Etcd): string =>
  `etcdctl del --prefix ${etcd.root}/registry/ && etcdctl del ${markKey(etcd)}`;

/** Why it is not filled. */
export function notEmpty(etcd: Etcd, count: number): string {
  const what = `${count} object${count === 1 ? '' : 's'}`;
  return (
    `is not empty: it already holds ${what} below ${etcd.root}/registry, perhaps what stood there before an earlier swap, and ` +
    `nothing is written over. If nobody needs them, empty it: ${emptied(etcd)}; or ${elsewhere}`
  );
}

function misfit(value: Buffer, cluster: string, etcd: Etcd): string | undefined {
  const { root } = etcd;
  let mark: { readonly format?: unknown; readonly cluster?: unknown; readonly filling?: unknown } = {};
  try {
    mark = JSON.parse(value.toString('utf8'));
  } catch {
    // No format is another format.
  }
  if (mark.format !== format)
    return `holds objects below ${root}/registry that another version of Kubelab has written (format ${mark.format}, this one knows ${format}); ${elsewhere}`;
  if (mark.cluster === cluster && mark.filling === true)
    return (
      `is being filled below ${root}/registry, or was when a process ended (swap store, store restore): what is there may be half of ` +
      `the objects. Wait for it; if nobody fills it any more, empty it and fill it again: ${emptied(etcd)}`
    );
  if (mark.cluster === cluster) return undefined;
  return `holds the objects of cluster ${mark.cluster} below ${root}/registry, not of ${cluster}: start with --name ${mark.cluster}, or ${elsewhere}`;
}

function stranger(key: string, value: Buffer, markKey: string, mark: string): string {
  if (isProtobuf(value))
    return `holds the objects of a real Kubernetes: ${key} is one, in protobuf. They stay as they are; ${elsewhere}`;
  return (
    `holds ${key}, which this cluster has not written. It stays as it is; ${elsewhere}. ` +
    `If all that is there is Kubelab's nevertheless: etcdctl put ${markKey} '${mark}'`
  );
}
