import { describe, expect, it } from 'vitest';

import { migrate, type Migrations } from '../../../electron/core/credentials/migrate.ts';
import { nearest } from '../../../electron/core/credentials/nearest.ts';

const migrations: Migrations = {
  1: ({ label, ...rest }) => ({ ...rest, name: label }),
  2: (document) => ({ ...document, tags: [] }),
};

describe('migrating a document', () => {
  it('takes every step between its schema and the newest', () => {
    expect(migrate({ schema: 1, label: 'a' }, migrations, 3)).toEqual({ schema: 3, name: 'a', tags: [] });
    expect(migrate({ schema: 2, name: 'a' }, migrations, 3)).toEqual({ schema: 3, name: 'a', tags: [] });
    expect(migrate({ schema: 3, name: 'a' }, migrations, 3)).toEqual({ schema: 3, name: 'a' });
  });

  it('refuses a newer schema', () => {
    expect(() => migrate({ schema: 4 }, migrations, 3)).toThrow(expect.objectContaining({ code: 'newer-format' }));
  });

  it.each([null, [], 'x', {}, { schema: 0 }, { schema: 1.5 }, { schema: '1' }])('refuses %j', (document) => {
    expect(() => migrate(document, migrations, 3)).toThrow(expect.objectContaining({ code: 'damaged' }));
  });

  it('refuses a gap in the steps', () => {
    expect(() => migrate({ schema: 1 }, {}, 2)).toThrow(expect.objectContaining({ code: 'damaged' }));
  });
});

describe('the nearest names', () => {
  it.each([
    ['acem', ['acme', 'globex'], ['acme']],
    ['ACME', ['acme'], ['acme']],
    ['ac', ['acme prod', 'acme test', 'globex'], ['acme prod', 'acme test']],
    ['zzz', ['acme'], []],
    ['', ['acme'], []],
  ])('of %j among %j are %j', (name, names, expected) => {
    expect(nearest(name, names)).toEqual(expected);
  });
});
