/**
 * The 13 published EdgeGrid vectors (names, requests and expected signatures as in the test data of
 * akamai/AkamaiOPEN-edgegrid-node, Apache-2.0), in a form of our own. All are for one credential, timestamp and nonce.
 */
export const vectorCredential = {
  host: 'akaa-baseurl-xxxxxxxxxxx-xxxxxxxxxxxxx.luna.akamaiapis.net',
  clientToken: 'akab-client-token-xxx-xxxxxxxxxxxxxxxx',
  clientSecret: 'xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx=',
  accessToken: 'akab-access-token-xxx-xxxxxxxxxxxxxxxx',
};
export const vectorTime = Date.UTC(2014, 2, 21, 19, 34, 21);
export const vectorTimestamp = '20140321T19:34:21+0000';
export const vectorNonce = 'nonce-xx-xxxx-xxxx-xxxx-xxxxxxxxxxxx';

export interface Vector {
  name: string;
  method: string;
  path: string;
  body?: string;
  headersToSign?: Record<string, string>;
  canonicalHeaders?: string;
  signature: string;
}

const x3 = { 'X-Test1': 't1', 'X-Test2': 't2', 'X-Test3': 't3' };
const x3Canonical = 'x-test1:t1\tx-test2:t2\tx-test3:t3';
const short = 'datadatadatadatadatadatadatadata';
const get = (name: string, path: string, signature: string): Vector => ({ name, method: 'GET', path, signature });
const post = (name: string, path: string, body: string, signature: string): Vector => ({
  name,
  method: 'POST',
  path,
  body,
  signature,
});
const signed = (
  name: string,
  path: string,
  headersToSign: Record<string, string>,
  canonicalHeaders: string,
  signature: string,
): Vector => ({
  ...get(name, path, signature),
  headersToSign,
  canonicalHeaders,
});

export const vectors: Vector[] = [
  get('simple GET', '/', 'tL+y4hxyHxgWVD30X3pWnGKHcPzmrIF+LThiAOhMxYU='),
  get('GET with querystring', '/testapi/v1/t1?p1=1&p2=2', 'hKDH1UlnQySSHjvIcZpDMbQHihTQ0XyVAKZaApabdeA='),
  // Two vectors have the same request; published copies differ in which of the two carries a stale signature.
  post('POST inside limit', '/testapi/v1/t3', short, 'hXm4iCxtpN22m4cbZb4lVLW5rhX8Ca82vCFqXzSTPe4='),
  post('POST uses passed max-body', '/testapi/v1/t3', short, 'hXm4iCxtpN22m4cbZb4lVLW5rhX8Ca82vCFqXzSTPe4='),
  post('POST too large', '/testapi/v1/t3', 'd'.repeat(2048), '6Q6PiTipLae6n4GsSIDTCJ54bEbHUBp+4MUXrbQCBoY='),
  post(
    'POST length equals max_body',
    '/testapi/v1/t3',
    'd'.repeat(2048),
    '6Q6PiTipLae6n4GsSIDTCJ54bEbHUBp+4MUXrbQCBoY=',
  ),
  post('POST empty body', '/testapi/v1/t6', '', '1gEDxeQGD5GovIkJJGcBaKnZ+VaPtrc4qBUHixjsPCQ='),
  signed(
    'simple header',
    '/testapi/v1/t4',
    { 'X-Test1': 'test-simple-header' },
    'x-test1:test-simple-header',
    '8F9AybcRw+PLxnvT+H0JRkjROrrUgsxJTnRXMzqvcwY=',
  ),
  signed(
    'header containing spaces',
    '/testapi/v1/t4',
    { 'X-Test1': '"     test-header-with-spaces     "' },
    'x-test1:" test-header-with-spaces "',
    'ucq2AbjCNtobHfCTuS38fdkl5UDdWHZhQX46fYR8CqI=',
  ),
  signed(
    'header with leading and interior spaces',
    '/testapi/v1/t4',
    { 'X-Test1': '     first-thing      second-thing' },
    'x-test1:first-thing second-thing',
    'WtnneL539UadAAOJwnsXvPqT4Kt6z7HMgBEwAFpt3+c=',
  ),
  signed('headers out of order', '/testapi/v1/t4', x3, x3Canonical, 'Wus73Nx8jOYM+kkBFF2q8D1EATRIMr0WLWwpLBgkBqY='),
  signed('extra header', '/testapi/v1/t5', x3, x3Canonical, 'Knd/jc0A5Ghhizjayr0AUUvl2MZjBpS3FDSzvtq4Ixc='),
  {
    name: 'PUT',
    method: 'PUT',
    path: '/testapi/v1/t6',
    body: 'PPPPPPPPPPPPPPPPPPPPPPPPPPPPPPP',
    signature: 'GNBWEYSEWOLtu+7dD52da2C39aX/Jchpon3K/AmBqBU=',
  },
];
