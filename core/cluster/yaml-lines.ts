// YAML lines: on which line of a file something stands, for messages that say which line to change.

import { type Document, isMap, isScalar, isSeq, type LineCounter, type Node } from 'yaml';

export type YamlPath = readonly (string | number)[];

/** Where a path of the document is, as `cluster.yaml:5`; the nearest thing around it when it is not there. */
export type Locate = (path: YamlPath) => string;

export function locator(document: Document, counter: LineCounter, file: string): Locate {
  const lineOf = (node: unknown): number => counter.linePos((node as Node).range?.[0] ?? 0).line;
  return (path) => {
    let node: unknown = document.contents;
    let line = node ? lineOf(node) : 1;
    for (const step of path) {
      if (isMap(node)) {
        const pair = node.items.find(({ key }) => isScalar(key) && String(key.value) === String(step));
        if (!pair) break;
        // A map's value may begin on the line after its key: the key is what a reader looks for.
        line = lineOf(pair.key);
        node = pair.value;
      } else if (isSeq(node)) {
        node = node.items[Number(step)];
        if (!node) break;
        line = lineOf(node);
      } else break;
    }
    return `${file}:${line}`;
  };
}
