/** Result codes of the protocol, named as the server names them. */
export const code = {
  ok: 0,
  unknown: 1,
  notFound: 2,
  generation: 3,
  parameter: 4,
  recordExists: 5,
  binExists: 6,
  clusterKeyMismatch: 7,
  outOfSpace: 8,
  timeout: 9,
  unavailable: 11,
  incompatibleType: 12,
  recordTooBig: 13,
  keyBusy: 14,
  queryAbort: 15,
  unsupportedFeature: 16,
  binNotFound: 17,
  deviceOverload: 18,
  keyMismatch: 19,
  namespace: 20,
  binName: 21,
  forbidden: 22,
  elementNotFound: 23,
  elementExists: 24,
  enterpriseOnly: 25,
  opNotApplicable: 26,
  filteredOut: 27,
  securityLast: 50,
  securityNotSupported: 51,
  securityNotConfigured: 52,
  securityScheme: 53,
  securityCommand: 54,
  securityField: 55,
  securityState: 56,
  user: 60,
  userExists: 61,
  password: 62,
  expiredPassword: 63,
  credential: 65,
  expiredSession: 66,
  role: 70,
  roleExists: 71,
  privilege: 72,
  whitelist: 73,
  quotasNotEnabled: 74,
  quota: 75,
  notAuthenticated: 80,
  roleViolation: 81,
  notWhitelisted: 82,
  udfExecution: 100,
  batchMaxRequests: 151,
  geoInvalidGeoJson: 160,
  indexFound: 200,
  indexNotFound: 201,
  indexNotReadable: 203,
} as const;

/** Ends the request it is thrown in: the client gets its code (and, in info answers, its text). */
export class Refusal extends Error {
  readonly code: number;

  constructor(resultCode: number, text = '') {
    super(text);
    this.code = resultCode;
  }
}

export const refuse = (resultCode: number, text?: string): never => {
  throw new Refusal(resultCode, text);
};
