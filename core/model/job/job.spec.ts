import { expect } from 'chai';
import { metadata, row } from '../row.fixture.ts';
import { change, samples } from '../samples.fixture.ts';
import { validateObject, validateObjectUpdate } from '../validation.ts';
import { type Job, Jobs } from './job.ts';
import { bearJob, defaultJob } from './job-defaults.ts';

const sample = samples.jobs as Job;
const template = { spec: { restartPolicy: 'Never', containers: [{ name: 'pi', image: 'perl' }] } };
const given = (spec: object): Job => ({ apiVersion: 'batch/v1', kind: 'Job', metadata, spec }) as unknown as Job;

const wrong = (path: string, value: unknown): string[] =>
  validateObject(Jobs, change(sample, path, value)).map(({ field, message }) => `${field}: ${message}`);

const changed = (path: string, value: unknown, from: Job = sample): string[] =>
  validateObjectUpdate(Jobs, change(from, path, value) as Job, from).map(
    ({ field, message }) => `${field}: ${message}`,
  );

describe('Job', () => {
  it('runs one pod to its success unless told, and tries six times', () => {
    expect(defaultJob(given({ template })).spec).to.include({
      parallelism: 1,
      completions: 1,
      backoffLimit: 6,
      completionMode: 'NonIndexed',
      suspend: false,
      podReplacementPolicy: 'TerminatingOrFailed',
    });
    // A work queue: nobody knows how many have to succeed.
    expect(defaultJob(given({ parallelism: 3, template })).spec).not.to.have.property('completions');
    expect(defaultJob(given({ completions: 3, template })).spec.parallelism).to.equal(1);
    expect(defaultJob(given({ backoffLimitPerIndex: 1, template })).spec.backoffLimit).to.equal(2_147_483_647);
  });

  it('is born with a selector of its own, and labels that fit it', () => {
    const labelled = { ...template, metadata: { labels: { app: 'pi' } } };
    const { spec, status } = bearJob(defaultJob(given({ template: labelled })));
    expect(spec.selector).to.deep.equal({ matchLabels: { 'batch.kubernetes.io/controller-uid': 'u' } });
    expect(spec.template.metadata?.labels).to.deep.equal({
      app: 'pi',
      'batch.kubernetes.io/controller-uid': 'u',
      'batch.kubernetes.io/job-name': 'web',
      'controller-uid': 'u',
      'job-name': 'web',
    });
    expect(status).to.deep.equal({});
    const own = { manualSelector: true, selector: { matchLabels: { app: 'pi' } }, template: labelled };
    expect(bearJob(given(own)).spec).to.deep.equal(own);
    expect(defaultJob(given({ template: labelled })).metadata.labels).to.deep.equal({ app: 'pi' });
  });

  it('is refused in the words of Kubernetes', () => {
    const restart = 'spec.template.spec.restartPolicy';
    const cases: [string, unknown, string][] = [
      [restart, 'Always', `${restart}: Required value: valid values: "OnFailure", "Never"`],
      [restart, undefined, `${restart}: Required value: valid values: "OnFailure", "Never"`],
      ['spec.parallelism', -1, 'spec.parallelism: Invalid value: -1: must be greater than or equal to 0'],
      ['spec.completions', undefined, 'spec.completions: Required value: when completion mode is Indexed'],
      [
        'spec.completionMode',
        'Sorted',
        'spec.completionMode: Unsupported value: "Sorted": supported values: "Indexed", "NonIndexed"',
      ],
      [
        'spec.parallelism',
        100_001,
        'spec.parallelism: Invalid value: 100001: must be less than or equal to 100000 when completion mode is Indexed',
      ],
      [
        'metadata.name',
        'w.x',
        'metadata.name: Invalid value: "w.x": will not able to create pod with invalid DNS label: w.x-3',
      ],
      [
        'spec.template.metadata.labels',
        {},
        'spec.template.metadata.labels: Invalid value: {}: `selector` does not match template `labels`',
      ],
      ['spec.template.spec.containers', [], 'spec.template.spec.containers: Required value'],
    ];
    for (const [path, value, message] of cases) expect(wrong(path, value), path).to.deep.equal([message]);
    expect(wrong('spec.selector.matchLabels', { app: 'x' })[1]).to.match(/`selector` not auto-generated$/);
  });

  it('keeps what it runs; how many at a time may change', () => {
    expect(changed('spec.parallelism', 0)).to.deep.equal([]);
    expect(changed('spec.suspend', true)).to.deep.equal([]);
    expect(changed('spec.backoffLimit', 9)).to.deep.equal([]);
    expect(changed('spec.template.spec.containers.0.image', 'other')[0]).to.match(
      /^spec.template: .*field is immutable$/,
    );
    expect(changed('spec.completionMode', 'NonIndexed')).to.deep.equal([
      'spec.completionMode: Invalid value: "NonIndexed": field is immutable',
    ]);
    expect(changed('spec.completions', 5)).to.deep.equal([
      'spec.completions: Invalid value: 5: can only be modified in tandem with spec.parallelism',
    ]);
    expect(changed('spec.completions', 2)).to.deep.equal([]);
    const waiting = change(change(sample, 'spec.suspend', true), 'status', {}) as Job;
    expect(changed('spec.template.spec.nodeSelector', { disk: 'ssd' }, waiting)).to.deep.equal([]);
    expect(changed('spec.template.spec.nodeSelector', { disk: 'ssd' })).to.have.length(1);
  });

  it('shows how it stands', () => {
    const job = (spec: object, status: object) => ({ metadata, spec: { template, ...spec }, status });
    const startTime = '2026-01-01T00:00:12Z';
    const condition = (type: string) => ({ startTime, conditions: [{ type, status: 'True' }] });
    const cases: [object, object, string][] = [
      [{ completions: 3 }, {}, 'web  Running  0/3    5m12s'],
      [{ completions: 3 }, { startTime, succeeded: 1 }, 'web  Running  1/3  5m  5m12s'],
      [
        { completions: 1 },
        { ...condition('Complete'), succeeded: 1, completionTime: '2026-01-01T00:00:19Z' },
        'web  Complete  1/1  7s  5m12s',
      ],
      [{ completions: 1 }, condition('Failed'), 'web  Failed  0/1  5m  5m12s'],
      [{ completions: 1 }, { conditions: [{ type: 'Suspended', status: 'True' }] }, 'web  Suspended  0/1    5m12s'],
      [{ parallelism: 2 }, { startTime }, 'web  Running  0/1 of 2  5m  5m12s'],
      [{ parallelism: 1 }, { startTime, succeeded: 1 }, 'web  Running  1/1  5m  5m12s'],
    ];
    for (const [spec, status, line] of cases) expect(row(Jobs, job(spec, status))).to.equal(line);
  });
});
