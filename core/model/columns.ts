// Columns: helpers for what `kubectl get` shows (Kubernetes, pkg/printers/internalversion/printers.go).
// The server fills the tables, so every client shows the same. Cells are what kubectl prints, letter for letter.

import { age } from './ages.ts';
import type { KubeObject, StringMap } from './meta.ts';
import type { PodTemplateSpec } from './pod-template.ts';
import type { Cell, Column } from './resource.ts';

export const none = '<none>';
export const unset = '<unset>';

type CellOf<T> = (object: T, now: number) => Cell;

/** A column of text. */
export const column = <T extends KubeObject>(name: string, cell: CellOf<T>, description = ''): Column<T> => ({
  name,
  type: 'string',
  ...(description !== '' && { description }),
  cell,
});

/** A column of whole numbers. */
export const integers = <T extends KubeObject>(name: string, cell: CellOf<T>, description = ''): Column<T> => ({
  ...column(name, cell, description),
  type: 'integer',
});

/** Shown with `-o wide` only. */
export const wide = <T extends KubeObject>(of: Column<T>): Column<T> => ({ ...of, priority: 1 });

/** The first column of every table. */
export const nameColumn = <T extends KubeObject>(): Column<T> => ({
  name: 'Name',
  type: 'string',
  format: 'name',
  description: 'Name must be unique within a namespace.',
  cell: (object) => object.metadata.name,
});

/** The last column of most. */
export const ageColumn = <T extends KubeObject>(): Column<T> =>
  column('Age', (object, now) => age(object.metadata.creationTimestamp, now), 'Time since the object was created.');

/** `app=web,tier=front`; `<none>` for no labels. */
export function formatLabels(labels: StringMap | undefined): string {
  const texts = Object.entries(labels ?? {}).map(([key, value]) => `${key}=${value}`);
  return texts.length === 0 ? none : texts.sort().join(',');
}

/** The first three, and how many more. */
export function atMostThree(texts: readonly string[], empty: string): string {
  if (texts.length === 0) return empty;
  const more = texts.length - 3;
  return texts.slice(0, 3).join(',') + (more > 0 ? ` + ${more} more...` : '');
}

interface HasTemplate {
  readonly spec?: { readonly template?: PodTemplateSpec };
}

/** What the pods of a template run: two columns of every workload's wide table. */
export const containerColumns = <T extends KubeObject & HasTemplate>(selector: (object: T) => string): Column<T>[] => {
  const containers = (object: T) => object.spec?.template?.spec?.containers ?? [];
  return [
    wide(
      column('Containers', (object) =>
        containers(object)
          .map((container) => container.name)
          .join(','),
      ),
    ),
    wide(
      column('Images', (object) =>
        containers(object)
          .map((container) => container.image)
          .join(','),
      ),
    ),
    wide(column('Selector', (object) => selector(object) || none)),
  ];
};
