import { expect } from 'chai';
import { realPath, realPaths } from './container-paths.ts';

const mapping = (path: string, real: string) => ({ path, real, readOnly: false });

describe('paths of containers', () => {
  it('puts mount paths where volumes really are, the longest first, and nothing else', () => {
    const mappings = [mapping('/etc', '/r/etc'), mapping('/etc/config', '/r/v')];
    expect(realPath('/etc/config/a', mappings)).to.equal('/r/v/a');
    expect(realPath('/etcetera', mappings)).to.equal(undefined);
    expect(realPaths('cat /etc/config/a "/etc/b" >/etc/c --file=/etc/d', { mappings })).to.equal(
      'cat /r/v/a "/r/etc/b" >/r/etc/c --file=/r/etc/d',
    );
    const others = 'http://web/etc/x /usr/etc/x ./etc/x /etcetera';
    expect(realPaths(others, { mappings })).to.equal(others);
  });

  const paths = { mappings: [mapping('/data', '/w/v')], root: '/w/c', keep: ['/w'] };
  const script = (text: string) => realPaths(text, paths, 'sh');

  it('leads other absolute paths into the container', () => {
    expect(script('echo init > /job/x; mkdir -p /srv/a "/srv/b"; cat /data/y </job/x')).to.equal(
      'echo init > /w/c/job/x; mkdir -p /w/c/srv/a "/w/c/srv/b"; cat /w/v/y </w/c/job/x',
    );
    expect(script('D=/old; for f in /a/*.txt; do rm -rf "$D"; done; echo $(cat /b)')).to.equal(
      'D=/w/c/old; for f in /w/c/a/*.txt; do rm -rf "$D"; done; echo $(cat /w/c/b)',
    );
    expect(script(`echo "it's"; cat '/b' "/c"`)).to.equal(`echo "it's"; cat '/w/c/b' "/w/c/c"`);
    expect(realPaths('/data2', paths, 'rm')).to.equal('/w/c/data2');
  });

  it('leads everything into the container that is written to, but for devices', () => {
    expect(script('echo a >/etc/x; rm -rf /usr/local /*; cd / && ls /; tee -a "/opt/y" > /dev/null')).to.equal(
      'echo a >/w/c/etc/x; rm -rf /w/c/usr/local /w/c/*; cd /w/c/ && ls /w/c/; tee -a "/w/c/opt/y" > /dev/null',
    );
    expect(realPaths('/', paths, 'rm')).to.equal('/w/c/');
  });

  it('leaves alone what the machine has, what is real already, and what is no path', () => {
    for (const text of [
      '/bin/ls -l /usr/share/doc; cat /etc/hosts </dev/null; /opt/app/bin/run',
      'cat /w/c/data/x',
      'mkdir -p ~/x; cat "$DIR"/data/x $(pwd)/data/y',
      'wget -qO- http://web/path web:80/path "$HOST"/path $HOST/path',
      `printf 'GET /healthz HTTP/1.0\\r\\n\\r\\n' | nc web 80`,
      "sed -i 's/a/b/; /c/d' file; awk '/x/ { print }' file; expr 6 / 2; echo $((6 / 2)) and/or a/b",
    ]) {
      expect(script(text)).to.equal(text);
    }
  });
});
