import { expect } from 'chai';
import { ApiError } from '../../../core/model/status.ts';
import { Complaints } from './complaints.ts';

const get = { method: 'GET', path: '/api/v1/pods?limit=500' } as const;
const bind = { method: 'POST', path: '/api/v1/namespaces/default/pods/a/binding' } as const;
const away = () => new ApiError(503, 'ServiceUnavailable', 'the server https://far cannot be reached: ECONNREFUSED');
const forbidden = (pod: string) =>
  new ApiError(403, 'Forbidden', `pods "${pod}" is forbidden: User "ann" cannot create resource "pods/binding"`);

describe('Complaints', () => {
  let told: string[];
  let complaints: Complaints;

  const ask = (call: typeof get | typeof bind, error?: unknown) => {
    complaints.asked(call);
    complaints.answered(call, error);
  };

  beforeEach(() => {
    told = [];
    complaints = new Complaints((line) => told.push(line));
    complaints.works();
  });

  it('tell once that the server is away, and once that it is back', () => {
    for (const error of [away(), away(), undefined, undefined, away()]) ask(get, error);
    expect(told).to.deep.equal([
      'the server https://far cannot be reached: ECONNREFUSED; it is tried again until it answers',
      'the server answers again',
      'the server https://far cannot be reached: ECONNREFUSED; it is tried again until it answers',
    ]);
  });

  it('tell once what is refused, whichever object it was', () => {
    for (const pod of ['a', 'b', 'c']) ask(bind, forbidden(pod));
    expect(told).to.deep.equal(['User "ann" cannot create resource "pods/binding"']);
  });

  it('leave alone what depends on the moment, and calls that were given up', () => {
    ask(bind, new ApiError(409, 'Conflict', 'pod a is already assigned to node "n"'));
    ask(bind, new ApiError(404, 'NotFound', 'pods "a" not found'));
    ask(get, new Error('the component stops'));
    expect(told).to.deep.equal([]);
  });

  it('say nothing once they have ended', () => {
    complaints.end();
    ask(get, away());
    expect(told).to.deep.equal([]);
  });

  it('make a start fail with all that may not be read, once every question is answered', async () => {
    complaints = new Complaints((line) => told.push(line));
    const nodes = { method: 'GET', path: '/api/v1/nodes?limit=500' } as const;
    const things = { method: 'GET', path: '/apis/example.com/v1/things?limit=500' } as const;
    for (const call of [get, nodes, things]) complaints.asked(call);
    complaints.answered(get, new ApiError(403, 'Forbidden', 'pods is forbidden: User "ann" cannot list'));
    complaints.answered(nodes);
    complaints.answered(things, new ApiError(404, 'NotFound', 'the server could not find the requested resource'));
    const error = await complaints.refused.catch((reason) => reason);
    expect(error.message.split(/\n */)).to.deep.equal([
      'pods is forbidden: User "ann" cannot list',
      'the cluster does not serve /apis/example.com/v1/things',
    ]);
    expect(told).to.deep.equal([]);
  });
});
