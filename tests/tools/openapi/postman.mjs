// A Postman collection of the document, sent to the demo registry with nothing filled in but its variables: no request may lack
// credentials.
import converter from 'openapi-to-postmanv2';
import { send } from './demo.mjs';

export async function checkPostman(document, demo) {
  const collection = await converted(document);
  const requests = [...requestsIn(collection)];
  const operations = Object.values(document.paths).flatMap(Object.values);
  const faults = [];
  if (requests.length !== operations.length)
    faults.push(`${requests.length} requests for ${operations.length} operations`);
  const baseUrl = collection.variable.find(variable => variable.key === 'baseUrl')?.value;
  if (!/^https?:/.test(baseUrl))
    faults.push(`baseUrl is ${baseUrl}`);
  for (const request of requests) {
    const answer = await send(demo.url, filledIn(request, collection, demo.credentials));
    if (lacksCredentials(answer))
      faults.push(`${request.method} /${request.url.path.join('/')}: ${answer.status} ${answer.text}`);
  }
  if (faults.length > 0)
    throw new Error(faults.join('\n'));
  return `${requests.length} requests`;
}

/** Sign-in also answers 401 about a token in the body, or about a bearer of another kind; then error.type says so. */
function lacksCredentials({ status, text }) {
  return status === 401 && !['invalid_grant', 'token_invalid_type'].includes(JSON.parse(text).error?.type);
}

function converted(document) {
  return new Promise((resolve, reject) => {
    converter.convertV2({ type: 'json', data: document }, {}, (fault, answer) =>
      answer?.result ? resolve(answer.output[0].data) : reject(fault ?? new Error(answer?.reason)));
  });
}

function* requestsIn(folder) {
  for (const item of folder.item ?? [])
    yield* item.request ? [item.request] : requestsIn(item);
}

/** The request as Postman sends it when the variables are those of a demo user who may call the method. */
function filledIn(request, collection, { CLINIC_OWNER, NHS, NHS_KEY, PIS_KEY }) {
  const path = `/${request.url.path.map(part => valueOf(request.url.variable, part) ?? part).join('/')}`;
  const isAdmin = path.startsWith('/api/admin/');
  const variables = { bearerToken: isAdmin ? NHS : CLINIC_OWNER, apiKey: isAdmin ? NHS_KEY : PIS_KEY };
  const insert = text => text.replace(/\{\{(\w+)\}\}/g, (whole, name) => variables[name] ?? whole);
  const sent = (request.header ?? []).filter(header => !header.disabled);
  const headers = Object.fromEntries(sent.map(({ key, value }) => [key, insert(value)]));
  const auth = request.auth ?? collection.auth;
  const setting = key => insert(String([].concat(auth[auth.type]).find(entry => entry.key === key)?.value));
  if (auth?.type === 'bearer')
    headers.Authorization = `Bearer ${setting('token')}`;
  else if (auth?.type === 'apikey')
    headers[setting('key')] = setting('value');
  return { verb: request.method, path: encodeURI(path), headers, body: request.body?.raw };
}

function valueOf(variables, part) {
  return part.startsWith(':') ? variables?.find(variable => variable.key === part.slice(1))?.value : undefined;
}
