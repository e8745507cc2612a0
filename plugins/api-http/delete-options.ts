// Delete options: how an object is to be deleted, from the body (a DeleteOptions object) where there is one, else from the
// query. Names and errors are Kubernetes' (apimachinery, ValidateDeleteOptions).

import { isRecord } from '../../core/api/json.ts';
import { type Findings, readBySchema } from '../../core/api/schema-reader.ts';
import type { DeleteOptions } from '../../core/contracts/api-client.ts';
import { messageType } from '../../core/model/schema.ts';
import { badRequest } from '../../core/model/status.ts';
import { boolean, dryRun, integer, quoted, refuse, said, text } from './query.ts';

const policies = ['Foreground', 'Background', 'Orphan'] as const;
type Policy = (typeof policies)[number];

interface Body {
  readonly gracePeriodSeconds?: number;
  readonly propagationPolicy?: string;
  readonly orphanDependents?: boolean;
  readonly preconditions?: NonNullable<DeleteOptions['preconditions']>;
  readonly dryRun?: readonly string[];
}

/** @param body as decoded; undefined when there was none. @throws ApiError 400 for wrong types, 422 for wrong values */
export function deleteOptions(query: URLSearchParams, body: unknown): DeleteOptions {
  const given = body === undefined ? {} : readBody(body);
  const seconds = given.gracePeriodSeconds ?? integer(query, 'gracePeriodSeconds');
  return said<DeleteOptions>({
    // Less than nothing is one second, as in Kubernetes.
    gracePeriodSeconds: seconds !== undefined && seconds < 0 ? 1 : seconds,
    propagationPolicy: policyOf(given, query),
    preconditions: given.preconditions,
    dryRun: dryRun('DeleteOptions', given.dryRun ?? query.getAll('dryRun')),
  });
}

/** DeleteOptions belong to every group and version: the apiVersion says nothing. */
function readBody(body: unknown): Body {
  const cannot = 'the object provided is unrecognized (must be of type DeleteOptions)';
  if (!isRecord(body)) throw badRequest(`${cannot}: it is no JSON object`);
  const { kind = 'DeleteOptions', apiVersion: _, ...fields } = body;
  if (kind !== 'DeleteOptions') throw badRequest(`${cannot}: its kind is ${JSON.stringify(kind)}`);
  const type = messageType('meta.v1.DeleteOptions');
  const findings: Findings = { unknown: [] };
  const read = type ? readBySchema(type, fields, findings) : fields;
  if (findings.mismatch) throw badRequest(`${cannot}: ${findings.mismatch}`);
  return read as Body;
}

function policyOf(given: Body, query: URLSearchParams): Policy | undefined {
  const policy = given.propagationPolicy ?? text(query, 'propagationPolicy');
  const queried = query.has('orphanDependents') ? boolean(query, 'orphanDependents') : undefined;
  // What propagationPolicy was before Kubernetes 1.7; some clients still say it.
  const orphan = given.orphanDependents ?? queried;
  const wrong = (message: string) => refuse('DeleteOptions', 'propagationPolicy', 'FieldValueInvalid', message);
  if (policy === undefined) return orphan === undefined ? undefined : orphan ? 'Orphan' : 'Background';
  if (!(policies as readonly string[]).includes(policy))
    throw wrong(`Invalid value: ${JSON.stringify(policy)}: must be one of ${quoted(policies)} or nil`);
  if (orphan !== undefined)
    throw wrong(
      `Invalid value: ${JSON.stringify(policy)}: orphanDependents and deletionPropagation cannot be both set`,
    );
  return policy as Policy;
}
