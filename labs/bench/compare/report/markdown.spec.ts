import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect } from 'chai';
import { ConfigurationError } from '../../../../core/cluster/configuration-error.ts';
import { writeMarkdown } from './markdown.ts';
import { sampleComparison } from './sample.fixture.ts';

const sample = sampleComparison({ variants: 3, workloads: 2, nodes: 4 });

describe('a comparison in Markdown', () => {
  let folder: string;
  let page: string;
  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'kubelab spec '));
    page = path.join(folder, 'compared.md');
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it('makes a page with everything in it, and its pictures beside it', async () => {
    await writeMarkdown(page, sample);
    const text = readFileSync(page, 'utf8');
    expect(text).to.match(/^# 3 schedulers on 2 workloads\n/);
    expect(text).to.contain(sample.command).and.contain('| pods bound, average, pods/s ↑ | **');
    const pictures = [...text.matchAll(/\]\(compared\/([a-z0-9-]+\.svg)\)/g)].map((match) => match[1]);
    expect(pictures).to.have.length(1 + 2 * 4);
    expect(readdirSync(path.join(folder, 'compared')).sort()).to.deep.equal([...pictures].sort());
  });

  it('fills the marks of a page, again and again, and leaves what people wrote', async () => {
    writeFileSync(page, '# Mine\n\n<!-- bench: facts -->\nold\n<!-- /bench -->\n\nWhat it teaches.\n');
    await writeMarkdown(page, sample);
    const once = readFileSync(page, 'utf8');
    expect(once)
      .to.match(/^# Mine\n/)
      .and.contain('What it teaches.\n')
      .and.contain('A processor')
      .and.not.contain('old');
    await writeMarkdown(page, sample);
    expect(readFileSync(page, 'utf8')).to.equal(once);
  });

  it('leaves marks of another comparison, and tells of them', async () => {
    const other = '<!-- bench: Other/5Nodes api table -->\nkept\n<!-- /bench -->\n';
    writeFileSync(page, `<!-- bench: facts -->\n<!-- /bench -->\n${other}`);
    expect(await writeMarkdown(page, sample)).to.deep.equal(['Other/5Nodes api table']);
    expect(readFileSync(page, 'utf8')).to.contain('A processor').and.contain(other);
  });

  it('says which marks there are when a page has none of them, and leaves it as it is', async () => {
    const text = '<!-- bench: Nothing alone heat -->\n<!-- /bench -->\n';
    writeFileSync(page, text);
    const error = await writeMarkdown(page, sample).then(
      () => undefined,
      (thrown: unknown) => thrown,
    );
    expect(error).to.be.instanceOf(ConfigurationError);
    expect((error as Error).message).to.match(
      /no mark of what was measured.*SchedulingBasic\/4Nodes_1000Pods alone table/s,
    );
    expect(readFileSync(page, 'utf8')).to.equal(text);
  });
});
