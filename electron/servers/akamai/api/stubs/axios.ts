/**
 * Stands in for axios by bundler alias: `akamai-edgegrid` registers interceptors on it and we only take its signature.
 * Saves most of the 31 MB and 70 ms that the library costs, and makes its unsafe transport unreachable.
 */
const interceptor = { use: (): number => 0 };

// The library requires it as CommonJS and reads this one member; were it to send, there is nothing to call.
export const interceptors = { request: interceptor, response: interceptor };
