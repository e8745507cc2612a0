// Items of merged lists, told apart by their merge key.

import { ApiError } from '../../model/status.ts';
import { isRecord, own } from '../json.ts';

/** The item's value under the merge key. @throws ApiError 422 when it has none. */
export function itemKey(item: unknown, mergeKey: string): unknown {
  if (!isRecord(item))
    throw unprocessable(`an item of a list that merges by ${mergeKey} is no object: ${JSON.stringify(item)}`);
  const key = own(item, mergeKey);
  if (key === undefined)
    throw unprocessable(`map: ${JSON.stringify(item)} does not contain declared merge key: ${mergeKey}`);
  return key;
}

export const unprocessable = (message: string): ApiError =>
  new ApiError(422, 'Invalid', `the server rejected our request due to an error in our request: ${message}`);
