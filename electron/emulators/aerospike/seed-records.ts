import { bytesOf, list, mapping, particle, utf8, type Value } from './values.ts';

export interface SeedRecord {
  namespace: string;
  set: string;
  key: string | bigint;
  /** Whether the key is kept beside its digest. */
  storesKey: boolean;
  bins: Record<string, Value>;
  ttlSeconds?: number;
}

/** Some thousand records in five sets, of every type that a bin may have. */
export function seedSets(): SeedRecord[] {
  const random = createRandom(20_260_501);
  return [...users(random), ...orders(random), ...devices(random), ...events(random), ...sessions(random)];
}

type Random = (below: number) => number;

/** A small generator of its own, so that the demo is the same everywhere. */
function createRandom(seed: number): Random {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

const names = ['Ada', 'Björn', 'Chiara', 'Dmitri', 'Edith', 'Farid', 'Grażyna', 'Hanae', 'Ines', 'João'];
const surnames = ['Abel', 'Brandt', 'Costa', 'Dubois', 'Eriksen', 'Fischer', 'García', 'Horváth', 'Ito', 'Jansen'];
const cities: readonly (readonly [string, number, number])[] = [
  ['Berlin', 13.405, 52.52],
  ['Lisboa', -9.139, 38.722],
  ['Kraków', 19.945, 50.065],
  ['Osaka', 135.502, 34.694],
  ['Boston', -71.058, 42.36],
];
const tags = ['vip', 'newsletter', 'trial', 'wholesale', 'staff'];
/** The demo's own day, so that dates do not move. */
const baseSeconds = 1_767_225_600;

const userCount = 1000;
const userKey = (at: number): string => `user-${String(at + 1).padStart(4, '0')}`;
const pick = <T>(all: readonly T[], at: number, otherwise: T): T => all[at % all.length] ?? otherwise;

function users(random: Random): SeedRecord[] {
  return Array.from({ length: userCount }, (_, at) => {
    const name = `${pick(names, random(10), '')} ${pick(surnames, random(10), '')}`;
    const chosen = tags.filter(() => random(4) === 0);
    return {
      namespace: 'test',
      set: 'users',
      key: userKey(at),
      storesKey: true,
      bins: {
        name: utf8(name),
        email: utf8(`${userKey(at)}@example.com`),
        age: BigInt(18 + random(60)),
        city: utf8(pick(cities, random(5), ['', 0, 0])[0]),
        active: random(10) > 0,
        score: random(10_000) / 100,
        balance: BigInt(random(500_000)),
        tags: list(chosen.map(utf8)),
        prefs: mapping([
          [utf8('lang'), utf8(pick(['de', 'pt', 'pl', 'ja', 'en'], random(5), 'en'))],
          [utf8('theme'), utf8(pick(['dark', 'light'], random(2), 'dark'))],
        ]),
        joined: BigInt(baseSeconds - random(100_000_000)),
      },
    };
  });
}

function orders(random: Random): SeedRecord[] {
  const states = ['open', 'paid', 'shipped', 'returned'];
  return Array.from({ length: 1500 }, (_, at) => {
    const lines: Value[] = Array.from({ length: 1 + random(4) }, () =>
      mapping([
        [utf8('cents'), BigInt(100 + random(20_000))],
        [utf8('count'), BigInt(1 + random(5))],
        [utf8('sku'), utf8(`SKU-${1000 + random(300)}`)],
      ]),
    );
    return {
      namespace: 'test',
      set: 'orders',
      key: BigInt(700_000 + at),
      storesKey: true,
      bins: {
        user: utf8(userKey(random(userCount))),
        state: utf8(pick(states, random(4), 'open')),
        cents: BigInt(500 + random(90_000)),
        lines: list(lines),
        placed: BigInt(baseSeconds - random(20_000_000)),
        // Beyond what a JavaScript number holds exactly, as trace ids are.
        trace: 9_007_199_254_740_993n + BigInt(random(1_000_000)) * 1_000_003n,
      },
    };
  });
}

const geo = (json: object): Value => bytesOf(Buffer.from(JSON.stringify(json)), particle.geojson);

function devices(random: Random): SeedRecord[] {
  return Array.from({ length: 300 }, (_, at) => {
    const [city, lng, lat] = pick(cities, at, ['', 0, 0]);
    const point = [lng + (random(2000) - 1000) / 20_000, lat + (random(2000) - 1000) / 20_000];
    return {
      namespace: 'test',
      set: 'devices',
      key: `device-${String(at + 1).padStart(3, '0')}`,
      storesKey: true,
      bins: {
        at: geo({ type: 'Point', coordinates: point }),
        reach: geo({ type: 'AeroCircle', coordinates: [point, 500 + random(5000)] }),
        city: utf8(city),
        firmware: utf8(`2.${random(6)}.${random(20)}`),
        battery: random(1000) / 10,
        serial: bytesOf(Buffer.from([0xde, 0x00, random(256), random(256), random(256), at & 0xff])),
      },
    };
  });
}

function events(random: Random): SeedRecord[] {
  const kinds = ['login', 'logout', 'view', 'purchase', 'error'];
  return Array.from({ length: 1200 }, (_, at) => ({
    namespace: 'bar',
    set: 'events',
    key: BigInt(at),
    storesKey: at % 2 === 0,
    bins: {
      kind: utf8(pick(kinds, random(5), 'view')),
      user: utf8(userKey(random(userCount))),
      day: BigInt(20_260_101 + random(28)),
      ms: BigInt(random(900)),
      ok: random(20) > 0,
    },
  }));
}

function sessions(random: Random): SeedRecord[] {
  return Array.from({ length: 500 }, (_, at) => ({
    namespace: 'sessions',
    set: 'web',
    key: `session-${at}`,
    storesKey: false,
    bins: {
      user: utf8(userKey(random(userCount))),
      pages: BigInt(1 + random(40)),
      agent: utf8('Mozilla/5.0 (X11; Linux x86_64)'),
    },
    ttlSeconds: 600 + random(86_000),
  }));
}
