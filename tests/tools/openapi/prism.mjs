// Prism as a proxy in front of the demo registry: every example of the demo goes through it, and it compares both directions with the
// document.
import http from 'node:http';
import { serve } from './process.mjs';
import { send } from './demo.mjs';

/** The document may reject a request as well when the server refuses it for what it lacks or for its form. */
const RefusedForItsForm = new Set([401, 422]);

export async function checkProxy(document, demo) {
  const proxy = await serve('prism', ['proxy', document, demo.url, '--host', '127.0.0.1', '--port', String(await freePort())],
    /Prism is listening on (http:\/\/[\d.]+:\d+)/);
  const faults = [];
  try {
    for (const example of demo.examples) {
      const answer = await send(proxy.address, example);
      if (answer.status !== example.status)
        faults.push(`${example.name}: ${answer.status} instead of ${example.status}: ${answer.text}`);
      for (const violation of JSON.parse(answer.headers['sl-violations'] ?? '[]')) {
        const isRequest = violation.location[0] === 'request';
        if (!isRequest || !RefusedForItsForm.has(example.status))
          faults.push(`${example.name} (${example.verb} ${example.path}): ${violation.location.join('.')} ${violation.message}`);
      }
    }
  } finally {
    await proxy.stop();
  }
  if (faults.length > 0)
    throw new Error(faults.join('\n'));
  return `${demo.examples.length} examples`;
}

function freePort() {
  return new Promise((resolve, reject) => {
    const server = http.createServer().once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}
