import { expect } from 'chai';
import { IsIn, IsOptional, Min, ValidateNested } from 'class-validator';
import fc from 'fast-check';
import { accepts } from './compiled-rules.ts';
import { builtinResources } from './index.ts';
import type { KubeObject } from './meta.ts';
import type { Resource } from './resource.ts';
import { Nested, Required, Text } from './rules.ts';
import { change, put, samples } from './samples.fixture.ts';
import { checkDepth, classProblems, libraryProblems, validateObject } from './validation.ts';

const resourceOf = (plural: string): Resource => builtinResources.find((one) => one.plural === plural)!;

const lines = (resource: Resource, object: KubeObject): string[] =>
  validateObject(resource, object).map((cause) => `${cause.field}: ${cause.message}`);

describe('validation', () => {
  for (const resource of builtinResources) {
    it(`finds nothing wrong with a proper ${resource.kind}`, () => {
      const sample = samples[resource.plural]!;
      expect(validateObject(resource, sample)).to.deep.equal([]);
      expect(libraryProblems(resource.type, sample)).to.deep.equal([]);
    });
  }

  describe('whatever is in it', () => {
    it('takes the keys of a ConfigMap for data', () => {
      const data = JSON.parse('{"__proto__": "a", "constructor": "b", "toString": "c", "hasOwnProperty": "d"}');
      const object = { ...samples.configmaps!, data } as KubeObject;
      expect(validateObject(resourceOf('configmaps'), object)).to.deep.equal([]);
      expect(libraryProblems(resourceOf('configmaps').type, object)).to.deep.equal([]);
    });

    it('takes such keys for keys where they are not allowed, too', () => {
      const labels = JSON.parse('{"__proto__": "a", "constructor": 1}');
      const found = lines(resourceOf('configmaps'), change(samples.configmaps!, 'metadata.labels', labels));
      expect(found[0]).to.match(/^metadata.labels: Invalid value: "__proto__": name part/);
      expect(found[1]).to.equal('metadata.labels[constructor]: Invalid value: 1: must be a string');
    });

    it('refuses what is nested too deep, or too big', () => {
      let deep: unknown = 'end';
      for (let i = 0; i < 20_000; i++) deep = { deep };
      expect(() => checkDepth(deep))
        .to.throw('nested more than 100 levels')
        .with.property('code', 400);
      expect(() =>
        validateObject(resourceOf('components'), change(samples.components!, 'spec.options', deep)),
      ).to.throw('nested more than 100 levels');
      expect(() => checkDepth({ big: 'x'.repeat(3 * 1024 * 1024) }))
        .to.throw('limit is 3145728')
        .with.property('code', 413);
    });

    const kinds = fc.constantFrom(...builtinResources);
    const junk = fc.oneof(
      fc.constantFrom(undefined, null, '', 'Web', '-x', 0, -1, 1.5, 70_000, true, [], {}, [null], [[]], [{}], { a: 1 }),
      fc.jsonValue({ maxDepth: 2 }),
    );
    /** A sample with junk somewhere: a walk into the object, as far as the choices lead. */
    const spoilt = fc.tuple(kinds, fc.array(fc.nat(), { minLength: 1 }), junk).map(([resource, choices, value]) => {
      const path: (string | number)[] = [];
      let at: unknown = samples[resource.plural];
      for (const choice of choices) {
        if (typeof at !== 'object' || at === null) break;
        const keys = Object.keys(at);
        if (keys.length === 0) break;
        const key = keys[choice % keys.length]!;
        path.push(Array.isArray(at) ? Number(key) : key);
        at = Reflect.get(at, key);
      }
      return { resource, object: put(samples[resource.plural], path, value) as KubeObject };
    });

    it('says the same as class-validator itself', () => {
      fc.assert(
        fc.property(spoilt, ({ resource, object }) => {
          const said = libraryProblems(resource.type, object);
          expect(accepts(resource.type)(object), JSON.stringify(said)).to.equal(said.length === 0);
        }),
        { numRuns: 600, seed: 7 },
      );
    }).timeout(60_000);

    it('never throws, neither before defaults nor after', () => {
      fc.assert(
        fc.property(spoilt, ({ resource, object }) => {
          expect(validateObject(resource, object)).to.be.an('array');
          if (!object.metadata || typeof object.metadata !== 'object') return;
          expect(validateObject(resource, resource.default?.(object) ?? object)).to.be.an('array');
        }),
        { numRuns: 2000, seed: 7 },
      );
    }).timeout(60_000);
  });

  describe("class-validator's own decorators", () => {
    class Part {
      @Required() @Text() readonly name!: string;
    }
    class Mine {
      @IsIn(['a', 'b']) readonly letter!: string;
      @IsOptional() @Min(3) readonly number?: number;
      @Nested(() => Part) readonly part?: Part;
    }

    it('work for kinds that use them', () => {
      expect(classProblems(Mine, { letter: 'a' })).to.deep.equal([]);
      expect(classProblems(Mine, { letter: 'a', number: null, part: { name: 'x' } })).to.deep.equal([]);
      expect(
        classProblems(Mine, { letter: 'c', number: 1, part: {} }).map(({ field, message }) => `${field}: ${message}`),
      ).to.deep.equal([
        'letter: Invalid value: "c": must be one of the following values: a, b',
        'number: Invalid value: 1: must not be less than 3',
        'part.name: Required value',
      ]);
    });

    it('need to know the class of a part', () => {
      class Other {
        @ValidateNested() readonly part?: Part;
      }
      expect(() => classProblems(Other, {})).to.throw('Other.part: declare it with Nested or NestedList');
      class Empty {}
      expect(() => classProblems(Empty, {})).to.throw('class Empty has no rules');
    });
  });
});
