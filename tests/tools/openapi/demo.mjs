// A sandbox of its own for the tools that send requests, and its examples.
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import http from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { run, serve } from './process.mjs';

export class Demo {
  #program;
  #started;
  #server;
  #data;

  constructor(program) {
    this.#program = program;
  }

  /** Starts the server when it is first needed. */
  started() {
    this.#started ??= this.#start();
    return this.#started;
  }

  async stop() {
    await this.#started?.catch(() => {});
    await this.#server?.stop();
    if (this.#data)
      await rm(this.#data, { recursive: true, force: true });
  }

  async #start() {
    this.#data = await mkdtemp(join(tmpdir(), 'esoz-tools-'));
    const settings = { ESOZ_DATA_DIR: this.#data, NODE_OPTIONS: '' };
    this.#server = await serve(this.#program, ['serve', '--urls', 'http://127.0.0.1:0'], /Ready in .* on (http:\/\/[\d.]+:\d+)/, settings);
    const { output } = await run(this.#program, ['demo', 'curls', '--json'], settings);
    const variables = await readFile(join(this.#data, 'demo.env'), 'utf8');
    return {
      url: this.#server.address,
      /** One per line of demo.env. */
      credentials: Object.fromEntries([...variables.matchAll(/^export (\w+)='([^']*)'/gm)].map(([, name, value]) => [name, value])),
      examples: await Promise.all(JSON.parse(output).map(exampleOf)),
    };
  }
}

/** The request of a printed curl: everything in it is in single quotes, without apostrophes inside. */
async function exampleOf({ title, shows, status, curl }) {
  const [, verb, url, rest] = /curl -sS -X (\w+) '([^']*)'((?:\s+\\?\s*-[Hd] '[^']*')*)/.exec(curl);
  const headers = Object.fromEntries([...rest.matchAll(/-H '([^:]*): ([^']*)'/g)].map(([, name, value]) => [name, value]));
  const [, data] = /-d '([^']*)'/.exec(rest) ?? [];
  const body = data?.startsWith('@') ? await readFile(data.slice(1), 'utf8') : data;
  return { name: `${title}: ${shows}`, verb, path: url.slice(new URL(url).origin.length), headers, body, status };
}

/** Sends a request; headers are as they were written, the body is text. */
export function send(origin, { verb, path, headers, body }) {
  return new Promise((resolve, reject) => {
    const request = http.request(`${origin}${path}`, { method: verb, headers: { ...headers, 'Accept-Encoding': 'identity' } }, answer => {
      let text = '';
      answer.setEncoding('utf8');
      answer.on('data', part => { text += part; });
      answer.once('end', () => resolve({ status: answer.statusCode, headers: answer.headers, text }));
      answer.once('error', reject);
    });
    request.once('error', reject);
    request.end(body);
  });
}
