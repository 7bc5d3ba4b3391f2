import { generateKeyPairSync, sign, type KeyObject } from 'node:crypto';

/** A private certificate authority with one server certificate of it, valid for a day; as PEM. */
export const privateAuthority = (...serverNames: string[]): { ca: string; cert: string; key: string } =>
  authorityUntil(Date.now() + dayMs, ...serverNames);

/** One whose server certificate ended an hour ago. */
export const expiredAuthority = (...serverNames: string[]): { ca: string; cert: string; key: string } =>
  authorityUntil(Date.now() - dayMs / 24, ...serverNames);

const dayMs = 86_400_000;

function authorityUntil(endMs: number, ...serverNames: string[]): { ca: string; cert: string; key: string } {
  const authority = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const server = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const ca = certificate({
    subject: 'Test CA',
    key: authority.publicKey,
    signer: authority.privateKey,
    isCa: true,
    endMs: Date.now() + dayMs,
  });
  const cert = certificate({
    subject: serverNames[0] ?? 'server',
    key: server.publicKey,
    signer: authority.privateKey,
    isCa: false,
    endMs,
    names: serverNames,
  });
  return { ca, cert, key: server.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString() };
}

/** Just enough X.509 (RFC 5280): version 3, one common name, basicConstraints or subjectAltName, ECDSA with SHA-256. */
function certificate(facts: {
  subject: string;
  key: KeyObject;
  signer: KeyObject;
  isCa: boolean;
  endMs: number;
  names?: readonly string[];
}): string {
  const algorithm = sequence(oid('2a8648ce3d040302'));
  const extension = facts.isCa
    ? sequence(oid('551d13'), der(0x01, Buffer.from([0xff])), octets(sequence(der(0x01, Buffer.from([0xff])))))
    : sequence(oid('551d11'), octets(sequence(...(facts.names ?? []).map(alternativeName))));
  const body = sequence(
    der(0xa0, der(0x02, Buffer.from([2]))),
    der(0x02, Buffer.from([facts.isCa ? 1 : 2])),
    algorithm,
    commonName('Test CA'),
    sequence(time(Date.now() - dayMs), time(facts.endMs)),
    commonName(facts.subject),
    facts.key.export({ type: 'spki', format: 'der' }),
    der(0xa3, sequence(extension)),
  );
  const signature = der(0x03, Buffer.concat([Buffer.from([0]), sign('sha256', body, facts.signer)]));
  const base64 = sequence(body, algorithm, signature).toString('base64').replace(/.{64}/g, '$&\n');
  return `-----BEGIN CERTIFICATE-----\n${base64}\n-----END CERTIFICATE-----\n`;
}

function der(tag: number, content: Uint8Array): Buffer {
  const { length } = content;
  const size = length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.from([tag, ...size]), content]);
}

const sequence = (...parts: Uint8Array[]): Buffer => der(0x30, Buffer.concat(parts));
const oid = (hex: string): Buffer => der(0x06, Buffer.from(hex, 'hex'));
const octets = (content: Uint8Array): Buffer => der(0x04, content);
const commonName = (name: string): Buffer => sequence(der(0x31, sequence(oid('550403'), der(0x0c, Buffer.from(name)))));
const time = (ms: number): Buffer =>
  der(0x17, Buffer.from(`${new Date(ms).toISOString().replace(/\D/g, '').slice(2, 14)}Z`));
const alternativeName = (name: string): Buffer =>
  /^[\d.]+$/.test(name) ? der(0x87, Buffer.from(name.split('.').map(Number))) : der(0x82, Buffer.from(name));
