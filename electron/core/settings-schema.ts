import { z } from 'zod';

// Each bound once: the file has defaults for what is left out, a change leaves it as it is.
const fields = {
  activity: {
    /** A file of the record is ended when it is larger than this. */
    maxFileMb: z.number().min(0.1).max(1024),
    /** Whole files are removed when their last line is older than this. */
    keepDays: z.number().int().min(1).max(36_500),
  },
  lock: {
    /** Locks when nobody was there for so long; null: never. Calls of clients do not count. */
    idleMinutes: z.number().int().min(1).max(1440).nullable(),
    onSleep: z.boolean(),
    onSessionLock: z.boolean(),
  },
  rotation: {
    /** For credentials without a rotateEveryDays of their own; null: those have no due date of ours. */
    defaultEveryDays: z.number().int().min(1).max(3650).nullable(),
    notify: z.boolean(),
  },
  network: {
    /** `http://host:port` of the proxy that calls to issuers go through; null: none. */
    proxy: z
      .url({ protocol: /^https?$/ })
      .max(500)
      .nullable(),
    /** Further root certificates that issuers' hosts may be signed by (PEM); null: only the system's and the built-in ones. */
    ca: z.string().max(200_000).nullable(),
  },
  appearance: { theme: z.enum(['system', 'light', 'dark']) },
};
const { activity, lock, rotation, network, appearance } = fields;

/** What a person may set; `settings.json` in the data folder. Strict: a misspelt name is told, not passed over. */
export const Settings = z.strictObject({
  activity: z
    .strictObject({ maxFileMb: activity.maxFileMb.default(8), keepDays: activity.keepDays.default(365) })
    .prefault({}),
  lock: z
    .strictObject({
      idleMinutes: lock.idleMinutes.default(null),
      onSleep: lock.onSleep.default(false),
      onSessionLock: lock.onSessionLock.default(false),
    })
    .prefault({}),
  rotation: z
    .strictObject({
      defaultEveryDays: rotation.defaultEveryDays.default(null),
      notify: rotation.notify.default(true),
    })
    .prefault({}),
  network: z.strictObject({ proxy: network.proxy.default(null), ca: network.ca.default(null) }).prefault({}),
  appearance: z.strictObject({ theme: appearance.theme.default('system') }).prefault({}),
});
export type Settings = z.infer<typeof Settings>;

/** A change of some of them; what is left out stays. */
export const SettingsChange = z.strictObject({
  activity: z.strictObject(activity).partial().optional(),
  lock: z.strictObject(lock).partial().optional(),
  rotation: z.strictObject(rotation).partial().optional(),
  network: z.strictObject(network).partial().optional(),
  appearance: z.strictObject(appearance).optional(),
});
export type SettingsChange = z.infer<typeof SettingsChange>;
