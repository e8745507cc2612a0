// Elastic tab stops.

import { expect } from 'chai';
import { tabbed } from './tab-writer.ts';

describe('tab writer', () => {
  it('aligns cells that stand under each other', () => {
    expect(tabbed('NAME\tREADY\tAGE\nweb\t1/1\t5s\n', { minWidth: 6, padding: 3 })).to.equal(
      'NAME   READY   AGE\nweb    1/1     5s\n',
    );
  });

  it('begins anew after a line without a tab, and lets the last text of a line widen nothing', () => {
    const text = 'Name:\tweb\nConditions:\n  Type\tStatus\n  Ready\tTrue\nEvents:\t<none>\n';
    expect(tabbed(text, { padding: 2 })).to.equal(
      'Name:  web\nConditions:\n  Type   Status\n  Ready  True\nEvents:  <none>\n',
    );
  });

  it('makes a block of its own of lines with more columns', () => {
    expect(tabbed('a\tb\nlong\tc\td\nx\ty\n', { padding: 1 })).to.equal('a    b\nlong c d\nx    y\n');
  });

  it('remembers widths for tables that go on', () => {
    const remembered: number[] = [];
    tabbed('a long name\t1\n', { padding: 3, remembered });
    expect(tabbed('b\t2\n', { padding: 3, remembered })).to.equal('b             2\n');
  });

  it('counts characters, not halves of them', () => {
    expect(tabbed('😀\t1\nab\t2\n', { padding: 1 })).to.equal('😀  1\nab 2\n');
  });
});
