// Review handler: kinds that are questions, not things. They are POSTed, answered, and stored nowhere.
//   SelfSubjectReview         who am I?                      kubectl auth whoami
//   SelfSubjectAccessReview   may I?                         kubectl auth can-i
//   SelfSubjectRulesReview    what may I?                    kubectl auth can-i --list
//   SubjectAccessReview       may they?
//   LocalSubjectAccessReview  may they, in this namespace?
//   TokenReview               whose token is that?           (review-token.ts)
// In real Kubernetes: pkg/registry/authorization, pkg/registry/authentication.

import { decode } from '../../core/api/decode.ts';
import type { UserInfo } from '../../core/contracts/api-client.ts';
import type { ApiServer, Attributes } from '../../core/contracts/api-server.ts';
import type { Clock } from '../../core/contracts/clock.ts';
import { timestamp } from '../../core/contracts/clock.ts';
import { ApiError, badRequest, invalid } from '../../core/model/status.ts';
import type { Authentication } from './authentication.ts';
import { decodeObject, readBody } from './body.ts';
import type { Exchange } from './exchange.ts';
import { isObject, writeOptions } from './query.ts';
import { reviewToken, userInfo } from './review-token.ts';
import type { Review } from './reviews.ts';

type Plain = Record<string, unknown>;

export class ReviewHandler {
  readonly #api: ApiServer;
  readonly #clock: Clock;
  readonly #authentication: Authentication;

  constructor(api: ApiServer, clock: Clock, authentication: Authentication) {
    this.#api = api;
    this.#clock = clock;
    this.#authentication = authentication;
  }

  /** @param namespace from the path, of a review that is local to one @throws ApiError */
  async handle(exchange: Exchange, review: Review, namespace?: string): Promise<void> {
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
    const where = namespace !== undefined && { namespace };
    await this.#api.authorize(exchange, { user, verb: 'create', group, resource: plural, ...where });
    const body = await readBody(exchange.request);
    const { value } = await decodeObject(body, exchange.request.headers['content-type'], kind);
    const question: object = decode(review, value, exchange, writeOptions('CreateOptions', exchange.query));
    const spec = 'spec' in question && isObject(question.spec) ? question.spec : {};
    if (namespace !== undefined) checkNamespace(spec, namespace);
    const status = await this.#answer(kind, spec, user);
    exchange.sendJson(201, {
      kind,
      apiVersion: `${group}/${review.version}`,
      metadata: {
        creationTimestamp: kind === 'SelfSubjectReview' ? timestamp(this.#clock) : null,
        ...(namespace !== undefined && { namespace }),
      },
      ...(kind !== 'SelfSubjectReview' && { spec }),
      status,
    });
  }

  async #answer(kind: string, spec: Plain, user: UserInfo): Promise<object> {
    switch (kind) {
      case 'SelfSubjectReview':
        return { userInfo: userInfo(user) };
      case 'TokenReview':
        return reviewToken(this.#authentication, spec);
      case 'SelfSubjectRulesReview':
        return this.#rules(user, spec);
      case 'SelfSubjectAccessReview':
        return this.#mayThey(kind, user, spec);
      default:
        return this.#mayThey(kind, subjectOf(kind, spec), spec);
    }
  }

  async #rules(user: UserInfo, spec: Plain): Promise<object> {
    if (text(spec.namespace) === '') throw badRequest('no namespace on request');
    const { rules, incomplete } = await this.#api.rulesFor(user, text(spec.namespace));
    const resourceRules = rules.filter((rule) => (rule.resources ?? []).length > 0);
    const nonResourceRules = rules.filter((rule) => (rule.nonResourceURLs ?? []).length > 0);
    return {
      resourceRules: resourceRules.map(({ verbs, apiGroups, resources, resourceNames }) => ({
        verbs,
        apiGroups,
        resources,
        ...(resourceNames && resourceNames.length > 0 && { resourceNames }),
      })),
      nonResourceRules: nonResourceRules.map(({ verbs, nonResourceURLs }) => ({ verbs, nonResourceURLs })),
      incomplete: incomplete !== undefined,
      ...(incomplete !== undefined && { evaluationError: incomplete }),
    };
  }

  async #mayThey(kind: string, user: UserInfo, spec: Plain): Promise<object> {
    const about = isObject(spec.resourceAttributes) ? spec.resourceAttributes : undefined;
    const path = isObject(spec.nonResourceAttributes) ? spec.nonResourceAttributes : {};
    if ((about === undefined) === (spec.nonResourceAttributes === undefined)) throw notOne(kind, about);
    const { decision, reason } = await this.#api.opinion(
      about ? attributesOf(user, about) : { user, verb: text(path.verb), path: text(path.path) },
    );
    return {
      allowed: decision === 'allow',
      ...(decision === 'deny' && { denied: true }),
      ...(reason !== undefined && { reason }),
    };
  }
}

const text = (value: unknown): string => (typeof value === 'string' ? value : '');
const optional = (name: string, value: unknown) => (text(value) === '' ? {} : { [name]: text(value) });

function attributesOf(user: UserInfo, about: Plain): Attributes {
  const field = isObject(about.fieldSelector) ? about.fieldSelector.rawSelector : undefined;
  return {
    user,
    verb: text(about.verb),
    group: text(about.group),
    resource: text(about.resource),
    ...optional('subresource', about.subresource),
    ...optional('namespace', about.namespace),
    ...optional('name', about.name),
    ...optional('fieldSelector', field),
  };
}

/** Whom a question is about. @throws ApiError 422 when it names nobody */
function subjectOf(kind: string, spec: Plain): UserInfo {
  const groups = Array.isArray(spec.groups) ? spec.groups.map(String) : [];
  if (text(spec.user) === '' && groups.length === 0) {
    const message = 'Invalid value: "": at least one of user or group must be specified';
    throw refused(kind, { reason: 'FieldValueInvalid', message, field: 'spec.user' });
  }
  return { name: text(spec.user), groups, ...optional('uid', spec.uid) };
}

/** @throws ApiError 422 when the question is about another namespace than the one it is asked in */
function checkNamespace({ resourceAttributes, nonResourceAttributes }: Plain, namespace: string): void {
  const refuse = (field: string, message: string): never => {
    throw refused('LocalSubjectAccessReview', { reason: 'FieldValueInvalid', message, field });
  };
  if (isObject(nonResourceAttributes))
    refuse('spec.nonResourceAttributes', 'Invalid value: an object: disallowed on this kind of request');
  const asked = isObject(resourceAttributes) ? text(resourceAttributes.namespace) : '';
  if (isObject(resourceAttributes) && asked !== namespace)
    refuse(
      'spec.resourceAttributes.namespace',
      `Invalid value: ${JSON.stringify(asked)}: must match metadata.namespace: ${namespace}`,
    );
}

const refused = (kind: string, cause: Parameters<typeof invalid>[2][number]): ApiError =>
  invalid({ group: 'authorization.k8s.io', kind }, '', [cause]);

/** @param about what was asked about, if there was anything: then it was two things at once */
function notOne(kind: string, about: Plain | undefined): ApiError {
  const field = about ? 'spec.nonResourceAttributes' : 'spec.resourceAttributes';
  const why = about
    ? 'cannot be specified in combination with resourceAttributes'
    : 'exactly one of nonResourceAttributes or resourceAttributes must be specified';
  const message = `Invalid value: ${about ? 'an object' : 'null'}: ${why}`;
  return refused(kind, { reason: 'FieldValueInvalid', message, field });
}
