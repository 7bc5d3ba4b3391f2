import { generateKeyPairSync, sign, type KeyObject } from 'node:crypto';

export interface Pem {
  cert: string;
  key: string;
}

export interface Authority {
  /** PEM. */
  ca: string;
  issue(facts: { name: string; altNames?: readonly string[]; validMs?: [number, number]; passphrase?: string }): Pem;
}

const dayMs = 86_400_000;

/** A throw-away certificate authority, in memory. Node makes keys but no certificates, hence the few lines of DER below. */
export function createAuthority(name: string): Authority {
  const own = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const period: [number, number] = [Date.now() - dayMs, Date.now() + 30 * dayMs];
  const issuer = { name, key: own.privateKey };
  let serial = 1;
  return {
    ca: certificate({ name, key: own.publicKey, issuer, serial, period, extension: basicConstraints }),
    issue: ({ name: subject, altNames = [], validMs = period, passphrase }) => {
      const pair = generateKeyPairSync('ec', { namedCurve: 'P-256' });
      serial += 1;
      const extension = altNames.length > 0 ? subjectAltNames(altNames) : null;
      const cert = certificate({ name: subject, key: pair.publicKey, issuer, serial, period: validMs, extension });
      const plain = { type: 'pkcs8', format: 'pem' } as const;
      const key = pair.privateKey.export(
        passphrase === undefined ? plain : { ...plain, cipher: 'aes-256-cbc', passphrase },
      );
      return { cert, key: key.toString() };
    },
  };
}

/** X.509 (RFC 5280), version 3, with one common name and at most one extension, signed with ECDSA and SHA-256. */
function certificate(facts: {
  name: string;
  key: KeyObject;
  issuer: { name: string; key: KeyObject };
  serial: number;
  period: [number, number];
  extension: Buffer | null;
}): string {
  const algorithm = sequence(oid('2a8648ce3d040302'));
  const body = sequence(
    der(0xa0, der(0x02, Buffer.of(2))),
    der(0x02, Buffer.of(facts.serial)),
    algorithm,
    commonName(facts.issuer.name),
    sequence(...facts.period.map(time)),
    commonName(facts.name),
    facts.key.export({ type: 'spki', format: 'der' }),
    ...(facts.extension ? [der(0xa3, sequence(facts.extension))] : []),
  );
  const signature = der(0x03, Buffer.concat([Buffer.of(0), sign('sha256', body, facts.issuer.key)]));
  // No line may be empty, also where the last one is full: OpenSSL would not read it.
  const lines =
    sequence(body, algorithm, signature)
      .toString('base64')
      .match(/.{1,64}/g) ?? [];
  return ['-----BEGIN CERTIFICATE-----', ...lines, '-----END CERTIFICATE-----', ''].join('\n');
}

function der(tag: number, content: Uint8Array): Buffer {
  const { length } = content;
  const size = length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.of(tag, ...size), content]);
}

const sequence = (...parts: Uint8Array[]): Buffer => der(0x30, Buffer.concat(parts));
const oid = (hex: string): Buffer => der(0x06, Buffer.from(hex, 'hex'));
const octets = (content: Uint8Array): Buffer => der(0x04, content);
const yes = der(0x01, Buffer.of(0xff));
const commonName = (name: string): Buffer => sequence(der(0x31, sequence(oid('550403'), der(0x0c, Buffer.from(name)))));

/** UTC time has two digits for the year, which serves until 2049. */
const time = (ms: number): Buffer =>
  der(0x17, Buffer.from(`${new Date(ms).toISOString().replace(/\D/g, '').slice(2, 14)}Z`));

/** It is an authority. */
const basicConstraints = sequence(oid('551d13'), yes, octets(sequence(yes)));

const subjectAltNames = (names: readonly string[]): Buffer =>
  sequence(oid('551d11'), octets(sequence(...names.map(altName))));

const altName = (name: string): Buffer =>
  /^[\d.]+$/.test(name) ? der(0x87, Buffer.from(name.split('.').map(Number))) : der(0x82, Buffer.from(name));
