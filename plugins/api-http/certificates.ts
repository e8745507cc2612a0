// Certificates: the cluster's own CA, made at first start, and what it signs: the server's certificate and one for each
// client that a kubeconfig speaks for (CN is the user's name, each O a group, as in Kubernetes).
// Always true: private keys come from the system's cryptography, never from the seeded random; a kept key is readable by
// its owner alone; times are the machine's, because that is what TLS clients compare them with.

import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

export interface Pair {
  /** PEM */
  readonly certificate: string;
  /** PKCS #8, PEM */
  readonly key: string;
}

export interface Subject {
  readonly commonName: string;
  readonly organizations?: readonly string[];
  /** Server certificates: names and addresses that clients may reach it by. */
  readonly dnsNames?: readonly string[];
  readonly addresses?: readonly string[];
}

const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const;
const hour = 3_600_000;
const year = 365 * 24 * hour;

/** The library costs 100 ms to load: only who makes certificates pays. */
async function library() {
  await import('reflect-metadata');
  return import('@peculiar/x509');
}

export class CertificateAuthority {
  /** PEM: what clients trust. */
  readonly certificate: string;
  readonly #privateKey: CryptoKey;
  readonly #now: () => number;

  private constructor(certificate: string, privateKey: CryptoKey, now: () => number) {
    this.certificate = certificate;
    this.#privateKey = privateKey;
    this.#now = now;
  }

  /**
   * The CA that the folder keeps (`ca.crt`, `ca.key`), made if there is none yet; without a folder one for this run only.
   * @param now the machine's time in milliseconds
   */
  static async open(now: () => number, folder?: string): Promise<CertificateAuthority> {
    const kept = folder && (await readPair(folder));
    const pair = kept || (await selfSigned(now()));
    if (folder && !kept) {
      await mkdir(folder, { recursive: true, mode: 0o700 });
      await writeFile(join(folder, 'ca.crt'), pair.certificate);
      await writeFile(join(folder, 'ca.key'), pair.key, { mode: 0o600 });
    }
    const key = await crypto.subtle.importKey('pkcs8', fromPem(pair.key), algorithm, false, ['sign']);
    return new CertificateAuthority(pair.certificate, key, now);
  }

  /** A certificate good for a year: for a server if it has names or addresses, for a client otherwise. */
  async issue(subject: Subject): Promise<Pair> {
    const x509 = await library();
    const keys = await crypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
    const names = [
      ...(subject.dnsNames ?? []).map((value) => ({ type: 'dns' as const, value })),
      ...(subject.addresses ?? []).map((value) => ({ type: 'ip' as const, value })),
    ];
    const usage = names.length > 0 ? x509.ExtendedKeyUsage.serverAuth : x509.ExtendedKeyUsage.clientAuth;
    const certificate = await x509.X509CertificateGenerator.create({
      serialNumber: serialNumber(),
      subject: [...(subject.organizations ?? []).map((group) => ({ O: [group] })), { CN: [subject.commonName] }],
      issuer: new x509.X509Certificate(this.certificate).subjectName,
      ...validity(this.#now(), year),
      signingAlgorithm: algorithm,
      publicKey: keys.publicKey,
      signingKey: this.#privateKey,
      extensions: [
        new x509.BasicConstraintsExtension(false, undefined, true),
        new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
        new x509.ExtendedKeyUsageExtension([usage]),
        ...(names.length > 0 ? [new x509.SubjectAlternativeNameExtension(names)] : []),
      ],
    });
    return { certificate: certificate.toString('pem'), key: await toPem(keys.privateKey) };
  }
}

async function selfSigned(now: number): Promise<Pair> {
  const x509 = await library();
  const keys = await crypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    serialNumber: serialNumber(),
    name: [{ CN: ['kubernetes'] }],
    ...validity(now, 10 * year),
    signingAlgorithm: algorithm,
    keys,
    extensions: [
      new x509.BasicConstraintsExtension(true, undefined, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.digitalSignature, true),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  });
  return { certificate: certificate.toString('pem'), key: await toPem(keys.privateKey) };
}

/** From an hour ago: clocks of two machines differ. */
const validity = (now: number, length: number) => ({
  notBefore: new Date(now - hour),
  notAfter: new Date(now + length),
});

/** 16 random bytes in hex; the first below 0x80, so that the number is positive. */
function serialNumber(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[0] = (bytes[0] ?? 0) & 0x7f || 1;
  return Buffer.from(bytes).toString('hex');
}

async function toPem(key: CryptoKey): Promise<string> {
  const base64 = Buffer.from(await crypto.subtle.exportKey('pkcs8', key)).toString('base64');
  return `-----BEGIN PRIVATE KEY-----\n${base64.replace(/.{64}(?=.)/g, '$&\n')}\n-----END PRIVATE KEY-----\n`;
}

const fromPem = (pem: string): Uint8Array<ArrayBuffer> =>
  new Uint8Array(Buffer.from(pem.replace(/-----[^-]+-----|\s/g, ''), 'base64'));

async function readPair(folder: string): Promise<Pair | undefined> {
  try {
    const [certificate, key] = await Promise.all(
      ['ca.crt', 'ca.key'].map((file) => readFile(join(folder, file), 'utf8')),
    );
    return { certificate: certificate as string, key: key as string };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
