// The embedded durable store as a plugin.

import path from 'node:path';
import { IsOptional, IsString, MinLength } from 'class-validator';
import { ConfigurationError } from '../../core/cluster/configuration-error.ts';
import { plugin } from '../../core/cluster/plugin.ts';
import { ClusterSetting } from '../../core/cluster/setting.ts';
import { Clock } from '../../core/contracts/clock.ts';
import { Store } from '../../core/contracts/store.ts';
import { Ledger } from './ledger.ts';
import { LmdbStore } from './lmdb-store.ts';

export class StoreLmdbOptions {
  /** Folder of the file; `store` in the folder of `kubelab up --data` unless told. */
  @IsOptional()
  @IsString()
  @MinLength(1)
  folder?: string;
}

export const storeLmdb = plugin({
  name: 'store-lmdb',
  description: 'keeps all objects on disk, with their history: they are there again at the next start',
  provides: [Store],
  options: StoreLmdbOptions,
  bind({ bind }, { folder }) {
    bind(Store).toResolvedValue(
      (clock: Clock, { data, name }: ClusterSetting) => {
        const place = folder ?? (data === undefined ? undefined : path.join(data, 'store'));
        if (place === undefined)
          throw new ConfigurationError(
            'store-lmdb needs a folder: start with --data DIR, or give it the option folder',
          );
        return new LmdbStore(new Ledger(place, name), clock);
      },
      [Clock, ClusterSetting],
    );
  },
});

export default storeLmdb;
