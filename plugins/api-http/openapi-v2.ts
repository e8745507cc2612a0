// OpenAPI v2, as much of it as kubectl up to 1.28 needs: that writes validate fields and may be tried without being kept
// (the query parameters `fieldValidation` and `dryRun` of each kind's PATCH). In protobuf (gnostic's OpenAPIv2 Document),
// because that is the only form those clients take. Newer ones read /openapi/v3.
// In real Kubernetes: all paths and all types, half a megabyte.

import type { Writer } from 'protobufjs';
import type { GroupVersion, Served } from './served.ts';
import { kubernetesVersion } from './version.ts';

export const openApiV2Type = 'application/com.github.proto-openapi.spec.v2.v1.0+protobuf';

type Fields = (writer: Writer) => void;

/** Field numbers of a protobuf message: text at `number`. */
const text = (writer: Writer, number: number, value: string) => writer.uint32((number << 3) | 2).string(value);

/** A message inside a message. */
function nested(writer: Writer, number: number, fields: Fields): void {
  writer.uint32((number << 3) | 2).fork();
  fields(writer);
  writer.ldelim();
}

/** GET /openapi/v2 */
export async function openApiV2(groups: readonly GroupVersion[]): Promise<Buffer> {
  const { default: protobuf } = await import('protobufjs/minimal.js');
  const document = protobuf.Writer.create();
  text(document, 1, '2.0');
  nested(document, 2, (info) => {
    text(info, 1, 'Kubernetes');
    text(info, 2, kubernetesVersion.gitVersion);
  });
  nested(document, 8, (paths) => {
    for (const { group, name, resources } of groups) {
      const root = group === '' ? `/api/${name}` : `/apis/${name}`;
      for (const served of resources)
        nested(paths, 2, (path) => {
          text(path, 1, `${root}/${served.namespaced ? 'namespaces/{namespace}/' : ''}${served.plural}/{name}`);
          nested(path, 2, (item) => nested(item, 8, (patch) => operation(patch, served)));
        });
    }
  });
  nested(document, 9, () => {});
  return Buffer.from(document.finish());
}

function operation(patch: Writer, { group, version, kind }: Served): void {
  // ParametersItem > Parameter > NonBodyParameter > QueryParameterSubSchema
  for (const parameter of ['dryRun', 'fieldManager', 'fieldValidation'])
    nested(patch, 8, (item) =>
      nested(item, 1, (either) =>
        nested(either, 2, (nonBody) =>
          nested(nonBody, 3, (query) => {
            text(query, 2, 'query');
            text(query, 4, parameter);
            text(query, 6, 'string');
          }),
        ),
      ),
    );
  nested(patch, 13, (extension) => {
    text(extension, 1, 'x-kubernetes-group-version-kind');
    nested(extension, 2, (any) => text(any, 2, JSON.stringify({ group, kind, version })));
  });
}
