import { z } from 'zod';

/** What a person may set; `settings.json` in the data folder. Strict: a misspelt name is told, not passed over. */
export const Settings = z.strictObject({
  activity: z
    .strictObject({
      /** A file of the record is ended when it is larger than this. */
      maxFileMb: z.number().min(0.1).max(1024).default(8),
      /** Whole files are removed when their last line is older than this. */
      keepDays: z.number().int().min(1).max(36_500).default(365),
    })
    .prefault({}),
  lock: z
    .strictObject({
      /** Locks when nobody used a window for so long; null: never. Calls of clients do not count. */
      idleMinutes: z.number().int().min(1).max(1440).nullable().default(null),
      onSleep: z.boolean().default(false),
      onSessionLock: z.boolean().default(false),
    })
    .prefault({}),
  rotation: z
    .strictObject({
      /** For credentials without a rotateEveryDays of their own; null: those have no due date of ours. */
      defaultEveryDays: z.number().int().min(1).max(3650).nullable().default(null),
      notify: z.boolean().default(true),
    })
    .prefault({}),
  network: z
    .strictObject({
      /** `http://host:port` of the proxy that calls to issuers go through; null: none. */
      proxy: z
        .url({ protocol: /^https?$/ })
        .max(500)
        .nullable()
        .default(null),
      /** Further root certificates that issuers' hosts may be signed by (PEM); null: only the system's and the built-in ones. */
      ca: z.string().max(200_000).nullable().default(null),
    })
    .prefault({}),
  appearance: z.strictObject({ theme: z.enum(['system', 'light', 'dark']).default('system') }).prefault({}),
});
export type Settings = z.infer<typeof Settings>;

/** A change of some of them; what is left out stays. */
export const SettingsChange = z.strictObject({
  activity: z
    .strictObject({
      maxFileMb: z.number().min(0.1).max(1024),
      keepDays: z.number().int().min(1).max(36_500),
    })
    .partial()
    .optional(),
  lock: z
    .strictObject({
      idleMinutes: z.number().int().min(1).max(1440).nullable(),
      onSleep: z.boolean(),
      onSessionLock: z.boolean(),
    })
    .partial()
    .optional(),
  rotation: z
    .strictObject({ defaultEveryDays: z.number().int().min(1).max(3650).nullable(), notify: z.boolean() })
    .partial()
    .optional(),
  network: z
    .strictObject({
      proxy: z
        .url({ protocol: /^https?$/ })
        .max(500)
        .nullable(),
      ca: z.string().max(200_000).nullable(),
    })
    .partial()
    .optional(),
  appearance: z.strictObject({ theme: z.enum(['system', 'light', 'dark']) }).optional(),
});
export type SettingsChange = z.infer<typeof SettingsChange>;
