// The openid-client library as the server part of a MIS: code → tokens → further tokens → the old refresh token once more.
// node flow.mjs, with the case as JSON in ESOZ_CASE; the answers are JSON on standard output.
//
// The library speaks RFC 6749: form bodies and flat answers. Only these two are translated; PKCE, state, iss and what an answer must have are
// its own business.
import * as oauth from 'openid-client';

const { server, issuer, clientId, clientSecret, verifier, state, callback } = JSON.parse(process.env.ESOZ_CASE);

async function translated(url, options) {
  const token = Object.fromEntries(new URLSearchParams(options.body));
  const answer = await fetch(url, {
    ...options,
    body: JSON.stringify({ token }),
    headers: { ...options.headers, 'content-type': 'application/json' },
  });
  const { data, error } = await answer.json();
  const body = data ? {
    access_token: data.value,
    token_type: 'bearer',
    expires_in: data.expires_at - Math.floor(Date.now() / 1000),
    refresh_token: data.details.refresh_token,
    scope: data.details.scope,
  } : { error: error.type === 'access_denied' ? 'invalid_grant' : error.type, error_description: error.message };
  // 400 is the status of RFC 6749 §5.2 and 200 that of §5.1.
  return new Response(JSON.stringify(body), { status: data ? 200 : 400, headers: { 'content-type': 'application/json' } });
}

const metadata = { issuer, token_endpoint: `${server}/oauth/tokens`, authorization_response_iss_parameter_supported: true };
const client = new oauth.Configuration(metadata, clientId, clientSecret, oauth.ClientSecretPost(clientSecret));
client[oauth.customFetch] = translated;
oauth.allowInsecureRequests(client);

const refusalOf = async work => {
  try {
    await work();
    return null;
  } catch (refusal) {
    return refusal.error_description ?? refusal.cause?.message ?? refusal.message;
  }
};
const exchange = (url, checks) => oauth.authorizationCodeGrant(client, new URL(url), checks);

const answer = {
  // Mix-up and forgery are found before anything is sent.
  otherState: await refusalOf(() => exchange(callback, { pkceCodeVerifier: verifier, expectedState: `${state}x` })),
  otherIssuer: await refusalOf(() => exchange(callback.replace(encodeURIComponent(issuer), encodeURIComponent('https://rival.example.ua')),
    { pkceCodeVerifier: verifier, expectedState: state })),
  otherVerifier: await refusalOf(() => exchange(callback, { pkceCodeVerifier: oauth.randomPKCECodeVerifier(), expectedState: state })),
  challenge: await oauth.calculatePKCECodeChallenge(verifier),
};
answer.first = await exchange(callback, { pkceCodeVerifier: verifier, expectedState: state });
answer.second = await oauth.refreshTokenGrant(client, answer.first.refresh_token);
console.log(JSON.stringify(answer));
