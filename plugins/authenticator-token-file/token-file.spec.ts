import { expect } from 'chai';
import { TokenFile } from './token-file.ts';

describe('TokenFile', () => {
  const ask = (file: TokenFile, bearerToken: string) => file.authenticate({ bearerToken });

  it('knows the users of its tokens, with their groups', async () => {
    const file = new TokenFile('s3cret, ann ,7,"dev, ops"\r\n\nother,bob,\n"a,""b",carl,8,\n', 'users.csv');
    expect(await ask(file, 's3cret')).to.deep.equal({ name: 'ann', uid: '7', groups: ['dev', 'ops'] });
    expect(await ask(file, 'other')).to.deep.equal({ name: 'bob', groups: [] });
    expect(await ask(file, 'a,"b')).to.deep.equal({ name: 'carl', uid: '8', groups: [] });
    expect(await ask(file, 'guessed')).to.equal(undefined);
    expect(await file.authenticate({ certificate: { commonName: 'ann', organizations: [] } })).to.equal(undefined);
  });

  it('says which line it does not understand', () => {
    const wrong = (text: string) => {
      try {
        new TokenFile(text, 'users.csv');
      } catch (error) {
        return (error as Error).message;
      }
      return 'nothing';
    };
    expect(wrong('a,ann,1\nb')).to.match(/^users\.csv:2: a token and a user name/);
    expect(wrong('a,ann,1,dev,ops')).to.match(/^users\.csv:1: more than four columns/);
    expect(wrong('a,ann,1\na,bob,2')).to.match(/^users\.csv:2: this token stands/);
    expect(wrong('a,ann,1,"dev')).to.match(/^users\.csv:1: a quote that does not end/);
  });
});
