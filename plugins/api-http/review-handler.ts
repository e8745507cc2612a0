// Review handler: kinds that are questions, not things. They are POSTed, answered, and stored nowhere.
//   SelfSubjectReview         who am I?               kubectl auth whoami
//   SelfSubjectAccessReview   may I?                  kubectl auth can-i
//   SelfSubjectRulesReview    what may I?             kubectl auth can-i --list
//   SubjectAccessReview       may they?
//   TokenReview               whose token is that?

import { decode } from '../../core/api/decode.ts';
import type { UserInfo } from '../../core/contracts/api-client.ts';
import type { ApiServer } from '../../core/contracts/api-server.ts';
import type { Clock } from '../../core/contracts/clock.ts';
import { timestamp } from '../../core/contracts/clock.ts';
import { ApiError, invalid } from '../../core/model/status.ts';
import { decodeObject, readBody } from './body.ts';
import type { Exchange } from './exchange.ts';
import { isObject, writeOptions } from './query.ts';
import { rulesOf } from './review-rules.ts';
import type { Review } from './reviews.ts';

type Plain = Record<string, unknown>;

export class ReviewHandler {
  readonly #api: ApiServer;
  readonly #clock: Clock;
  readonly #whoHas: (token: string) => Promise<UserInfo | undefined>;

  /** @param whoHas the user that a bearer token speaks for */
  constructor(api: ApiServer, clock: Clock, whoHas: (token: string) => Promise<UserInfo | undefined>) {
    this.#api = api;
    this.#clock = clock;
    this.#whoHas = whoHas;
  }

  /** @throws ApiError */
  async handle(exchange: Exchange, review: Review): Promise<void> {
    const { group, plural, kind } = review;
    if (exchange.method !== 'POST')
      throw new ApiError(
        405,
        'MethodNotAllowed',
        'the server does not allow this method on the requested resource',
        {},
      );
    // Everybody who is somebody may ask about themselves; what others may do is for those who are allowed to ask.
    const { user } = exchange;
    await this.#api.authorize(exchange, { user, verb: 'create', group, resource: plural });
    const body = await readBody(exchange.request);
    const { value } = await decodeObject(body, exchange.request.headers['content-type'], kind);
    const question: object = decode(review, value, exchange, writeOptions('CreateOptions', exchange.query));
    const spec = 'spec' in question && isObject(question.spec) ? question.spec : {};
    const status = await this.#answer(kind, spec, user);
    exchange.sendJson(201, {
      kind,
      apiVersion: `${group}/${review.version}`,
      metadata: { creationTimestamp: kind === 'SelfSubjectReview' ? timestamp(this.#clock) : null },
      ...(kind !== 'SelfSubjectReview' && { spec }),
      status,
    });
  }

  async #answer(kind: string, spec: Plain, user: UserInfo): Promise<object> {
    switch (kind) {
      case 'SelfSubjectReview':
        return { userInfo: userInfo(user) };
      case 'TokenReview': {
        const found = await this.#whoHas(String(spec.token ?? ''));
        return found ? { authenticated: true, user: userInfo(found) } : { authenticated: false };
      }
      case 'SelfSubjectRulesReview':
        return rulesOf(this.#api, user, String(spec.namespace ?? ''));
      case 'SubjectAccessReview': {
        const groups = Array.isArray(spec.groups) ? spec.groups.map(String) : [];
        return this.#mayThey(kind, { name: String(spec.user ?? ''), groups }, spec);
      }
      default:
        return this.#mayThey(kind, user, spec);
    }
  }

  async #mayThey(kind: string, user: UserInfo, spec: Plain): Promise<object> {
    const about = isObject(spec.resourceAttributes) ? spec.resourceAttributes : undefined;
    const path = isObject(spec.nonResourceAttributes) ? spec.nonResourceAttributes : {};
    if ((about === undefined) === (spec.nonResourceAttributes === undefined)) throw notOne(kind, about);
    const text = (value: unknown): string | undefined =>
      typeof value === 'string' && value !== '' ? value : undefined;
    const optional = (name: string, value: unknown) => (text(value) === undefined ? {} : { [name]: text(value) });
    const attributes = about
      ? {
          user,
          verb: String(about.verb ?? ''),
          group: String(about.group ?? ''),
          ...optional('resource', about.resource),
          ...optional('subresource', about.subresource),
          ...optional('namespace', about.namespace),
          ...optional('name', about.name),
        }
      : { user, verb: String(path.verb ?? ''), ...optional('path', path.path) };
    try {
      await this.#api.authorize({ user }, attributes);
      return { allowed: true };
    } catch (error) {
      if (error instanceof ApiError && error.code === 403) return { allowed: false, reason: error.message };
      throw error;
    }
  }
}

/** @param about what was asked about, if there was anything: then it was two things at once */
function notOne(kind: string, about: Plain | undefined): ApiError {
  const field = about ? 'spec.nonResourceAttributes' : 'spec.resourceAttributes';
  const why = about
    ? 'cannot be specified in combination with resourceAttributes'
    : 'exactly one of nonResourceAttributes or resourceAttributes must be specified';
  const message = `Invalid value: ${about ? 'an object' : 'null'}: ${why}`;
  return invalid({ group: 'authorization.k8s.io', kind }, '', [{ reason: 'FieldValueInvalid', message, field }]);
}

const userInfo = ({ name, groups, uid }: UserInfo) => ({ username: name, groups, ...(uid !== undefined && { uid }) });
