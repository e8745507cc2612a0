// YAML as kubectl writes it: keys in order, lists not indented, quotes where an old YAML reader would see no text.

import { Document, isScalar, Scalar, visit } from 'yaml';
import { inOrder } from './go-json.ts';

/** Texts that YAML 1.1 takes for something else: truth, nothing, numbers, times. */
const noText =
  /^(|~|null|Null|NULL|y|Y|yes|Yes|YES|n|N|no|No|NO|true|True|TRUE|false|False|FALSE|on|On|ON|off|Off|OFF|<<|=|[-+]?[0-9][0-9_]*|0[xob][0-9a-fA-F_]+|[-+]?(\.[0-9]+|[0-9][0-9_]*(\.[0-9_]*)?)([eE][-+]?[0-9]+)?|[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)|[-+]?[0-9][0-9_]*(:[0-5]?[0-9])+(\.[0-9_]*)?|\d{4}-\d\d?-\d\d?([Tt ].*)?)$/;

export function goYaml(value: unknown): string {
  const document = new Document(inOrder(value));
  visit(document, {
    Scalar: (_, node) => {
      if (isScalar(node) && typeof node.value === 'string' && noText.test(node.value)) node.type = Scalar.QUOTE_DOUBLE;
    },
  });
  return document.toString({
    indentSeq: false,
    lineWidth: 0,
    singleQuote: true,
    blockQuote: 'literal',
    nullStr: 'null',
  });
}
