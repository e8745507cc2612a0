// Body: bytes to an object. JSON, YAML or protobuf by Content-Type; at most 3 MB, nested at most 100 levels. What is wrong
// is said in Kubernetes' words (apiserver, pkg/endpoints/handlers).

import type { IncomingMessage } from 'node:http';
import { ApiError, badRequest } from '../../core/model/status.ts';
import { JsonSyntaxError, type JsonText, maxDepth, parseJson } from './json-text.ts';
import { decodeProtobuf, protobufType } from './protobuf.ts';

/** Kubernetes' limit for a request's body, bytes. */
export const maxBodyBytes = 3 * 1024 * 1024;

/** So much of a body that is too large is read and thrown away, bytes: whoever is cut off while sending hears no answer. */
const mostThrownAway = 64 * 1024 * 1024;

/** @throws ApiError 413 */
export function readBody(request: IncomingMessage): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    const tooLarge = () =>
      reject(new ApiError(413, 'RequestEntityTooLarge', `Request entity too large: limit is ${maxBodyBytes}`));
    if (Number(request.headers['content-length'] ?? 0) > maxBodyBytes) tooLarge();
    request.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size <= maxBodyBytes) return void chunks.push(chunk);
      chunks.length = 0;
      tooLarge();
      if (size > mostThrownAway) request.destroy();
    });
    request.on('end', () => resolve(chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks)));
    request.on('error', reject);
    request.on('close', () => {
      if (!request.complete) reject(badRequest('the request ended before its body was complete'));
    });
  });
}

/** `application/json; charset=utf-8` without its parameters. */
export const mediaType = (header: string | undefined): string =>
  (header ?? '').split(';')[0]?.trim().toLowerCase() ?? '';

export function unsupported(accepted: readonly string[]): ApiError {
  const message = `the body of the request was in an unknown format - accepted media types include: ${accepted.join(', ')}`;
  return new ApiError(415, 'UnsupportedMediaType', message);
}

/**
 * The object that a body holds, and the paths of keys that it says twice. No Content-Type means JSON.
 * @param kind what the path takes, for messages
 * @throws ApiError 400, 415
 */
export async function decodeObject(body: Buffer, contentType: string | undefined, kind: string): Promise<JsonText> {
  switch (mediaType(contentType)) {
    case '':
    case 'application/json':
      return decodeJson(body, kind);
    case 'application/yaml':
      return decodeYaml(body.toString('utf8'), kind);
    case protobufType:
      return { value: await decodeProtobuf(body), duplicates: [] };
    default:
      throw unsupported(['application/json', 'application/yaml', protobufType]);
  }
}

export function decodeJson(body: Buffer, kind: string): JsonText {
  try {
    return parseJson(body.toString('utf8'));
  } catch (error) {
    if (!(error instanceof JsonSyntaxError)) throw error;
    const why = `couldn't get version/kind; json parse error: ${error.message}`;
    throw badRequest(`the object provided is unrecognized (must be of type ${kind}): ${why} (${summary(body)})`);
  }
}

/** YAML is for people; the library is loaded with the first such body. */
export async function decodeYaml(text: string, kind: string): Promise<JsonText> {
  const { parseDocument } = await import('yaml');
  const refuse = (why: string) =>
    badRequest(
      `the object provided is unrecognized (must be of type ${kind}): yaml: ${why} (${summary(Buffer.from(text))})`,
    );
  try {
    const document = parseDocument(text, { logLevel: 'silent', merge: true });
    const problem = document.errors.find((error) => error.code !== 'DUPLICATE_KEY');
    if (problem) throw problem;
    const twice = document.errors.map((error) => `line ${error.linePos?.[0].line ?? '?'}: key already set in map`);
    // Once more as JSON: what YAML knows beyond it (dates, anchors that hold themselves) ends here, and depth is checked.
    const { value } = parseJson(JSON.stringify(document.toJS({ maxAliasCount: 100 })) ?? 'null');
    return { value, duplicates: twice };
  } catch (error) {
    // A RangeError is the stack's end: nesting far beyond what is allowed.
    throw refuse(error instanceof RangeError ? `exceeded max depth of ${maxDepth}` : firstLine(error));
  }
}

const firstLine = (error: unknown): string =>
  (error instanceof Error ? error.message : String(error)).split('\n')[0] ?? '';

/** The beginning of a body as Kubernetes shows it: as it is when it looks like JSON, else in hex. */
function summary(body: Buffer): string {
  if (body.length === 0) return '<empty>';
  const start = body.subarray(0, 30).toString(body[0] === 0x7b ? 'utf8' : 'hex');
  return body.length > 30 ? `${start} ...` : start;
}
