/** Set by the build (scripts/build.mjs). */
declare const APP_VERSION: string;
/** SHA-256 of each child program by file name. */
declare const BUNDLE_HASHES: Readonly<Record<string, string>>;
/** True in what users install; a test driver attaches through doors that it shuts. */
declare const RELEASE: boolean;
/** SHA-256 of what ships beside the bundles (the runtime, the keychain addon) by path under the resources; empty in a checkout. */
declare const SHIPPED_HASHES: Readonly<Record<string, string>>;
