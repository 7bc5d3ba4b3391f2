/**
 * Stands in for axios by bundler alias: `akamai-edgegrid` registers interceptors on it and we only take its signature.
 * Saves most of the 31 MB and 70 ms that the library costs, and makes its unsafe transport unreachable.
 */
const interceptor = { use: (): number => 0 };

const unreachable = (): never => {
  throw new Error('akamai-edgegrid must not send requests: only its signature is used');
};

const axios = Object.assign(unreachable, { interceptors: { request: interceptor, response: interceptor } });

// What `require('axios')` gives.
export { axios as 'module.exports' };
