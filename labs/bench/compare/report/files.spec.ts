import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect } from 'chai';
import { ConfigurationError } from '../../../../core/cluster/configuration-error.ts';
import { checkWritable, readComparison, writeComparison, writePage } from './files.ts';
import { sampleComparison } from './sample.fixture.ts';

describe('files of a comparison', () => {
  let folder: string;
  const at = (name: string) => path.join(folder, name);
  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'kubelab spec '));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it('gives back what was written, node loads to a hundredth of a percent', () => {
    const sample = sampleComparison({ workloads: 1, nodes: 3 });
    writeComparison(at('a.json'), sample);
    const read = readComparison(at('a.json'));
    expect({ ...read, workloads: [] }).to.deep.equal({ ...sample, workloads: [] });
    const [run] = read.workloads[0]!.runs;
    expect(run?.values).to.deep.equal(sample.workloads[0]!.runs[0]!.values);
    expect(run?.nodes?.[0]?.cpu).to.be.closeTo(sample.workloads[0]!.runs[0]!.nodes![0]!.cpu, 0.0001);
    expect(readdirSync(folder)).to.deep.equal(['a.json']);
  });

  it('draws the page again from the file', async () => {
    writeComparison(at('a.json'), sampleComparison({ variants: 2, workloads: 1, nodes: 3 }));
    await writePage(at('a.html'), readComparison(at('a.json')));
    expect(readFileSync(at('a.html'), 'utf8')).to.match(/^<!doctype html>/);
  });

  it('says what is wrong with a file that is not its own', () => {
    const problems: readonly (readonly [string, RegExp])[] = [
      ['{', /is not JSON/],
      ['[]', /found no format/],
      ['{"format":"kubelab.dev/bench/v2"}', /found format "kubelab.dev\/bench\/v2"/],
      ['{"format":"kubelab.dev/bench/v1"}', /command is no text/],
      [JSON.stringify({ ...sampleComparison(), workloads: [{ name: 'A' }] }), /workload "A" lacks its measures/],
      [JSON.stringify({ ...sampleComparison(), variants: [] }), /a run of "default" .* is of no variant/],
    ];
    for (const [text, message] of problems) {
      writeFileSync(at('b.json'), text);
      expect(() => readComparison(at('b.json')), text).to.throw(ConfigurationError, message);
    }
    expect(() => readComparison(at('none.json'))).to.throw(ConfigurationError, /cannot be read/);
  });

  it('says before anything is measured that a file cannot be written', () => {
    checkWritable(at('new.json'));
    expect(() => checkWritable(at('no/such/folder.json'))).to.throw(ConfigurationError, /there is no folder/);
    expect(() => checkWritable(folder)).to.throw(ConfigurationError, /it is a folder/);
  });

  it('leaves what was there when it cannot write', () => {
    expect(() => writeComparison(at('no/such/folder.json'), sampleComparison())).to.throw(
      ConfigurationError,
      /cannot be written/,
    );
  });
});
