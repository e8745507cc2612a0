import { expect } from 'chai';
import fc from 'fast-check';
import protobuf from 'protobufjs/minimal.js';
import { runs } from '../../core/testing/runs.ts';
import { decodeProtobuf } from './protobuf.ts';

type Fields = readonly (readonly [number: number, value: string | number | boolean | Uint8Array | Fields])[];

/** Writes a message as another client would: fields by number. */
function message(fields: Fields): Uint8Array {
  const writer = protobuf.Writer.create();
  for (const [number, value] of fields)
    if (typeof value === 'string') writer.uint32((number << 3) | 2).string(value);
    else if (typeof value === 'number') writer.uint32(number << 3).int64(value);
    else if (typeof value === 'boolean') writer.uint32(number << 3).bool(value);
    else writer.uint32((number << 3) | 2).bytes(value instanceof Uint8Array ? value : message(value as Fields));
  return writer.finish();
}

const envelope = (apiVersion: string, kind: string, raw: Fields): Uint8Array =>
  Buffer.concat([
    Buffer.from('k8s\0'),
    message([
      [
        1,
        [
          [1, apiVersion],
          [2, kind],
        ],
      ],
      [2, message(raw)],
      [3, ''],
      [4, ''],
    ]),
  ]);

const refusal = (body: Uint8Array) =>
  decodeProtobuf(body).then(
    () => 'none',
    (error) => `${error.code} ${error.message}`,
  );

describe('protobuf bodies', () => {
  it('become the JSON form: names, nested types, lists, maps, special types', async () => {
    const port: Fields = [
      [1, 'http'],
      [2, 'TCP'],
      [3, 80],
      [
        4,
        [
          [1, 0],
          [2, 8080],
          [3, ''],
        ],
      ],
      [5, 0],
    ];
    const named: Fields = [
      [1, 'https'],
      [3, 443],
      [
        4,
        [
          [1, 1],
          [2, 0],
          [3, 'tls'],
        ],
      ],
    ];
    const service = await decodeProtobuf(
      envelope('v1', 'Service', [
        [
          1,
          [
            [1, 'web'],
            [2, ''],
            [3, 'default'],
            [7, 0],
            [
              8,
              [
                [1, 1_767_225_600],
                [2, 0],
              ],
            ],
            [
              11,
              [
                [1, 'app'],
                [2, 'web'],
              ],
            ],
          ],
        ],
        [
          2,
          [
            [1, port],
            [1, named],
            [
              2,
              [
                [1, 'app'],
                [2, 'web'],
              ],
            ],
            [4, 'ClusterIP'],
            [13, false],
          ],
        ],
        [3, [[1, []]]],
      ]),
    );
    expect(service).to.deep.equal({
      apiVersion: 'v1',
      kind: 'Service',
      metadata: {
        name: 'web',
        namespace: 'default',
        creationTimestamp: '2026-01-01T00:00:00Z',
        labels: { app: 'web' },
      },
      spec: {
        ports: [
          { name: 'http', protocol: 'TCP', port: 80, targetPort: 8080 },
          { name: 'https', port: 443, targetPort: 'tls' },
        ],
        selector: { app: 'web' },
        type: 'ClusterIP',
      },
      status: { loadBalancer: {} },
    });
  });

  it('keep a zero where it says something, and only there', async () => {
    const body = envelope('apps/v1', 'Deployment', [
      [
        2,
        [
          [1, 0],
          [5, 0],
          [7, false],
          [9, 0],
        ],
      ],
    ]);
    expect((await decodeProtobuf(body)).spec).to.deep.equal({ replicas: 0, progressDeadlineSeconds: 0 });
  });

  it('flatten what Go inlines, and give bytes as base64', async () => {
    const probe: Fields = [
      [1, [[3, [[1, [[2, 80]]]]]]],
      [3, 1],
    ];
    const pod = await decodeProtobuf(
      envelope('v1', 'Pod', [
        [
          2,
          [
            [
              1,
              [
                [1, 'v'],
                [2, [[2, []]]],
              ],
            ],
            [
              2,
              [
                [1, 'c'],
                [10, probe],
              ],
            ],
          ],
        ],
      ]),
    );
    const { volumes, containers } = pod.spec as { volumes: unknown; containers: unknown };
    expect(volumes).to.deep.equal([{ name: 'v', emptyDir: {} }]);
    expect(containers).to.deep.equal([{ name: 'c', livenessProbe: { tcpSocket: { port: 80 }, timeoutSeconds: 1 } }]);
    const secret = await decodeProtobuf(
      envelope('v1', 'Secret', [
        [
          2,
          [
            [1, '__proto__'],
            [2, Buffer.from('hi')],
          ],
        ],
      ]),
    );
    expect(Object.entries(secret.data as object)).to.deep.equal([['__proto__', 'aGk=']]);
  });

  it('are refused when they are none, or of a kind that is not known', async () => {
    expect(await refusal(Buffer.from('{}')))
      .to.contain('400 ')
      .and.to.contain('expected prefix [107 56 115 0]');
    expect(await refusal(envelope('v1', 'Nope', []))).to.equal('400 no kind "Nope" is registered for version "v1"');
    expect(await refusal(Buffer.concat([Buffer.from('k8s\0'), Buffer.from([0x0a, 0x7f])]))).to.match(/^400 .*proto/);
  });

  it('never do more harm than that', async () => {
    const good = envelope('v1', 'ConfigMap', [
      [1, [[1, 'x']]],
      [
        2,
        [
          [1, 'a'],
          [2, 'b'],
        ],
      ],
    ]);
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.nat(good.length - 1), fc.nat(255)), { minLength: 1, maxLength: 8 }),
        async (changes) => {
          const bytes = Uint8Array.from(good);
          for (const [at, value] of changes) bytes[at] = value;
          expect(await refusal(bytes)).to.match(/^(none$|400 )/);
        },
      ),
      runs(500),
    );
  });
});
