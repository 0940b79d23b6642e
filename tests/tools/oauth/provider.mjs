// The OpenID Connect provider oidc-provider, with accounts of a test. It prints its port and waits for a line with the base address of the
// registry; then it serves. Anybody who knows the name of an account is signed in: who an operator is, is the provider's own business.
// node provider.mjs, with {clientId, clientSecret, accounts: {name: {email, email_verified}}} as JSON in ESOZ_CASE.
import { createServer } from 'node:http';
import { createInterface } from 'node:readline';
import Provider from 'oidc-provider';

const { clientId, clientSecret, accounts } = JSON.parse(process.env.ESOZ_CASE);
const server = createServer();
server.listen(0, '127.0.0.1', () => console.log(server.address().port));
createInterface({ input: process.stdin }).once('line', registry => {
  const provider = new Provider(`http://127.0.0.1:${server.address().port}`, {
    clients: [{
      client_id: clientId,
      client_secret: clientSecret,
      redirect_uris: [`${registry}/console/sign-in/provider/return`],
      post_logout_redirect_uris: [`${registry}/console/sign-in`],
    }],
    claims: { openid: ['sub'], email: ['email', 'email_verified'] },
    pkce: { required: () => true },
    // The test looks at the parameters in the address.
    features: { pushedAuthorizationRequests: { enabled: false } },
    findAccount: (_, name) => ({ accountId: name, claims: () => ({ sub: name, ...accounts[name] }) }),
  });
  server.on('request', provider.callback());
  console.log('ready');
});
