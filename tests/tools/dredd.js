// Hooks for Dredd on the blueprint of the PIS methods (CONTRIBUTING.md): each answer is asked for in the media type that the blueprint
// names, and its charset, which an API Blueprint does not name, is not compared.
const hooks = require('hooks');

hooks.beforeEach((transaction, done) => {
  transaction.request.headers.Accept = transaction.expected.headers['Content-Type'];
  done();
});

hooks.beforeEachValidation((transaction, done) => {
  const { headers } = transaction.real;
  headers['content-type'] = headers['content-type'].split(';')[0];
  done();
});
