import { expect } from 'chai';
import { IsIn } from 'class-validator';
import { ContainerRuntime } from '../contracts/container-runtime.ts';
import { Controller } from '../contracts/controller.ts';
import { Scheduler } from '../contracts/scheduler.ts';
import { Store } from '../contracts/store.ts';
import { compose } from './composition.ts';
import { ConfigurationError } from './configuration-error.ts';
import { plugin } from './plugin.ts';
import { nodeSettings } from './settings.ts';
import { contribution, type Token } from './token.ts';

class Options {
  @IsIn(['spread', 'pack']) strategy = 'spread';
}

const fake = (name: string, token: Token<unknown>) =>
  plugin<Options>({ name, description: name, provides: [token], options: Options, bind() {} });
const store = fake('store-a', Store);
const scheduler = fake('scheduler-a', Scheduler);
const runtime = fake('runtime-a', ContainerRuntime);
const controller = fake('controller-a', Controller);

const problems = (work: () => unknown): readonly string[] => {
  try {
    work();
  } catch (error) {
    if (error instanceof ConfigurationError) return error.problems;
    throw error;
  }
  return [];
};

describe('composition', () => {
  const nodes = nodeSettings(2);

  it('makes a component of each slot, each controller plugin, each node', () => {
    const { components } = compose([store(), scheduler(), controller(), runtime()], nodes, { turns: scheduler() });
    expect(components.map(({ name }) => name)).to.deep.equal([
      'store',
      'scheduler',
      'scheduler-turns',
      'controller-a',
      'node-1',
      'node-2',
    ]);
    expect(components[2]).to.include({ schedulerName: 'turns' });
  });

  it('names both plugins and the line when a slot has two providers', () => {
    const [problem] = problems(() => compose([store(), fake('store-b', Store)(), runtime()], nodes));
    expect(problem).to.match(/^Store takes one plugin, but store-a \(composition\.spec\.ts:\d+\) and store-b/);
    expect(problem).to.match(/remove it at composition\.spec\.ts:\d+$/);
  });

  it('says which slots nobody provides, all at once', () => {
    const found = problems(() => compose([scheduler()], nodes));
    expect(found.join('\n')).to.include('no plugin provides Store').and.include('no plugin provides ContainerRuntime');
  });

  it('needs no runtime without nodes', () => {
    expect(compose([store()], []).components.map(({ name }) => name)).to.deep.equal(['store']);
  });

  it('refuses a wrong option by plugin, option and what was wanted', () => {
    const [problem] = problems(() => compose([store({ strategy: 'sprad' })], []));
    expect(problem).to.match(
      /^plugin store-a \(.*\): option strategy must be one of the following values: spread, pack; found "sprad"$/,
    );
  });

  it('refuses an unknown option and lists the known ones', () => {
    const [problem] = problems(() => compose([store({ stratgy: 'pack' } as object)], []));
    expect(problem).to.match(/has no option stratgy \(did you mean strategy\?\); its options are: strategy$/);
  });

  it('checks plugins that only contribute too', () => {
    const token = contribution<object>('Resource');
    expect(problems(() => compose([store(), fake('resource-a', token)({ strategy: 'x' })], []))[0]).to.include(
      'option strategy must be one of',
    );
    const nothing = plugin({ name: 'empty', description: '', provides: [], bind() {} });
    expect(problems(() => compose([store(), nothing()], []))[0]).to.match(
      /^plugin empty \(.*\) provides nothing: name the/,
    );
  });

  it('refuses two nodes of one name, and a node named like a component', () => {
    const nodes = (...names: string[]) => nodeSettings(names.map((name) => ({ name })));
    expect(problems(() => compose([store(), runtime()], nodes('big', 'big')))).to.deep.equal([
      'two nodes are called big; give one another name',
    ]);
    expect(problems(() => compose([store(), runtime()], nodes('store')))[0]).to.match(
      /^two components would be called store/,
    );
  });

  it('refuses a further scheduler under the name of the first, or one that is no scheduler', () => {
    const wrong = { 'default-scheduler': scheduler(), other: store() };
    const found = problems(() => compose([store(), scheduler()], [], wrong));
    expect(found[0]).to.match(/^scheduler default-scheduler: that is the cluster's own scheduler/);
    expect(found[1]).to.match(/^scheduler other: plugin store-a \(.*\) provides Store, not Scheduler/);
  });
});
