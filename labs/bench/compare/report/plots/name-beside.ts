// The name of a variant, left of its row: part of the row's drawing, so that it stands where the row is.

import { colour } from '../theme.ts';

/** @param left pixels left of the row @param height of the row */
export const nameBeside = (left: number, height: number) => ({
  transform: [{ aggregate: [{ op: 'count' as const, as: 'many' }], groupby: ['variant'] }],
  mark: { type: 'text' as const, align: 'right' as const, fontSize: 14, fontWeight: 600, color: colour('ink') },
  encoding: { x: { value: -left }, y: { value: height / 2 }, text: { field: 'variant' } },
});
