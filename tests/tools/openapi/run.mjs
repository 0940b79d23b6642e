// Runs tools of others on docs/openapi.json, two at a time, and demands that they find nothing: no error and no warning.
// node run.mjs DOCUMENT PROGRAM [TOOL…], in a directory that has the packages of package.json and .config/dotnet-tools.json.
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { Demo } from './demo.mjs';
import { checkPostman } from './postman.mjs';
import { checkProxy } from './prism.mjs';
import { run } from './process.mjs';

const AtATime = 2;

const [document, program, ...chosen] = process.argv.slice(2);
const demo = new Demo(program);

// In the order of their duration, longest first.
const tools = {
  kiota: () => csharp('kiota', generated => run('dotnet', [
    'kiota', 'generate', '--language', 'CSharp', '--openapi', document, '--output', generated, '--class-name', 'Client',
    '--namespace-name', 'Esoz.Kiota', '--exclude-backward-compatible', '--log-level', 'Warning'])),
  prism: async () => checkProxy(document, await demo.started()),
  nswag: () => csharp('nswag', generated => run('dotnet', [
    'nswag', 'openapi2csclient', `/input:${document}`, `/output:${generated}/Client.cs`, '/className:Client', '/namespace:Esoz.NSwag',
    '/jsonLibrary:SystemTextJson'])),
  postman: async () => checkPostman(JSON.parse(await readFile(document)), await demo.started()),
  orval: () => typescript('orval', generated => run('orval', [
    '--input', document, '--output', `${generated}/client.ts`, '--client', 'fetch'])),
  'hey-api': () => typescript('hey-api', generated => run('openapi-ts', ['--input', document, '--output', generated])),
  'swagger-typescript-api': () => typescript('swagger-typescript-api', generated => run('swagger-typescript-api', [
    'generate', '--path', document, '--output', generated, '--name', 'client.ts'])),
  'openapi-typescript': () => typescript('openapi-typescript', generated => run('openapi-typescript', [
    document, '--output', `${generated}/schema.ts`])),
  spectral: () => run('spectral', ['lint', document, '--ruleset', 'spectral.yaml', '--fail-severity', 'hint', '--quiet']),
  redocly: async () => {
    const { output } = await run('redocly', ['lint', document, '--config', 'redocly.yaml', '--format', 'json', '--max-problems', '1000']);
    const { problems } = JSON.parse(output.slice(output.indexOf('{')));
    if (problems.length > 0)
      throw new Error(problems.map(problem => `${problem.ruleId}: ${problem.message} ${problem.location?.[0]?.pointer}`).join('\n'));
  },
};

/** Generates a client and compiles it; what the generator warns of is a failure too. */
async function csharp(name, generate) {
  await rm(`${name}/client`, { recursive: true, force: true });
  await mkdir(`${name}/client`, { recursive: true });
  const { output } = await generate(`${name}/client`);
  const warnings = output.split('\n').filter(line => /^\s*(warn|fail|crit)(ing)?\b/i.test(line));
  if (warnings.length > 0)
    throw new Error(output);
  await run('dotnet', ['restore', name, '--locked-mode', '-nodeReuse:false']);
  await run('dotnet', ['build', name, '--no-restore', '-nodeReuse:false', '-p:UseSharedCompilation=false']);
}

/** Generates a client and checks its types, strictly. */
async function typescript(name, generate) {
  const generated = `generated/${name}`;
  await rm(generated, { recursive: true, force: true });
  await mkdir(generated, { recursive: true });
  await generate(generated);
  await writeFile(`${generated}/tsconfig.json`, JSON.stringify({ extends: '../../tsconfig.json', include: ['**/*.ts'] }));
  await run('tsc', ['--project', generated]);
}

const unknown = chosen.filter(name => !tools[name]);
if (unknown.length > 0) {
  console.error(`No such tool: ${unknown.join(', ')}. There are: ${Object.keys(tools).join(', ')}.`);
  console.log('0 passed, 1 failed');
  process.exit(2);
}

const waiting = Object.entries(tools).filter(([name]) => chosen.length === 0 || chosen.includes(name));
let [passed, failed] = [0, 0];

async function work() {
  for (let next = waiting.shift(); next; next = waiting.shift()) {
    const [name, check] = next;
    const started = performance.now();
    const seconds = () => ((performance.now() - started) / 1000).toFixed(1);
    try {
      const found = await check();
      passed++;
      console.log(`  ${name}: no fault${typeof found === 'string' ? `, ${found}` : ''} (${seconds()} s)`);
    } catch (fault) {
      failed++;
      console.log(`  ${name} FAILED (${seconds()} s)\n${fault.message.replace(/^/gm, '    ')}`);
    }
  }
}

try {
  await Promise.all(Array.from({ length: AtATime }, work));
} finally {
  await demo.stop();
}
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed === 0 ? 0 : 1);
