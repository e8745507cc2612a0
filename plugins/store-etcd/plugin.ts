// A real etcd as a plugin: the store of a cluster that one machine is not enough for.

import { ArrayMinSize, IsOptional, IsString, Matches } from 'class-validator';
import { plugin } from '../../core/cluster/plugin.ts';
import { ClusterSetting } from '../../core/cluster/setting.ts';
import { Clock } from '../../core/contracts/clock.ts';
import { Store } from '../../core/contracts/store.ts';
import { connect } from './connect.ts';
import { EtcdStore } from './etcd-store.ts';

export class StoreEtcdOptions {
  /** All members of the cluster, or some. */
  @ArrayMinSize(1)
  @Matches(/^https?:\/\/[^/]+$/, { each: true, message: 'each endpoint is http://HOST:PORT or https://HOST:PORT' })
  endpoints: string[] = ['http://127.0.0.1:2379'];

  /** File of the CA (PEM) that signed the members' certificates. */
  @IsOptional()
  @IsString()
  ca?: string;

  /** File of our own certificate (PEM). */
  @IsOptional()
  @IsString()
  cert?: string;

  /** File of its key (PEM). */
  @IsOptional()
  @IsString()
  key?: string;

  @IsOptional()
  @IsString()
  username?: string;

  @IsOptional()
  @IsString()
  password?: string;

  /** Put before all keys, where several clusters share an etcd: `/cluster-a` makes `/cluster-a/registry/...`. */
  @IsOptional()
  @Matches(/^(\/[^/]+)*$/)
  prefix?: string;
}

export const storeEtcd = plugin({
  name: 'store-etcd',
  description: 'keeps all objects in a real etcd, of one member or several, under /registry as Kubernetes does',
  provides: [Store],
  shared: true,
  options: StoreEtcdOptions,
  bind({ bind }, { prefix, ...options }) {
    bind(Store).toResolvedValue(
      (clock: Clock, { name }: ClusterSetting) =>
        new EtcdStore(connect({ ...options, ...(prefix !== undefined && { root: prefix }) }), clock, name),
      [Clock, ClusterSetting],
    );
  },
});

export default storeEtcd;
