// Child processes.
import { spawn } from 'node:child_process';

const environment = {
  ...process.env,
  PATH: `${process.cwd()}/node_modules/.bin:${process.env.PATH}`,
  NODE_OPTIONS: '--max-http-header-size=1048576',
  NO_COLOR: '1',
  DOTNET_NOLOGO: '1',
  DOTNET_CLI_TELEMETRY_OPTOUT: '1',
  KIOTA_CLI_TELEMETRY_OPTOUT: '1',
  KIOTA_OFFLINE_ENABLED: 'true',
  REDOCLY_TELEMETRY: 'off',
  REDOCLY_SUPPRESS_UPDATE_NOTICE: 'true',
};

/** What the command wrote; it must exit with 0. */
export function run(command, args, variables = {}) {
  const child = spawn(command, args, { env: { ...environment, ...variables }, stdio: ['ignore', 'pipe', 'pipe'] });
  let [output, all] = ['', ''];
  child.stdout.on('data', text => { output += text; all += text; });
  child.stderr.on('data', text => { all += text; });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', code => code === 0 ? resolve({ output, all }) : reject(new Error(`${command} exited with ${code}:\n${all}`)));
  });
}

/** Starts a server and waits until one of its lines says its address, the first group of the pattern. */
export async function serve(command, args, ready, variables = {}) {
  const child = spawn(command, args, { env: { ...environment, ...variables }, stdio: ['ignore', 'pipe', 'pipe'] });
  let all = '';
  const address = await new Promise((resolve, reject) => {
    const read = text => {
      all += text;
      const found = ready.exec(all);
      if (found)
        resolve(found[1]);
    };
    child.stdout.on('data', read);
    child.stderr.on('data', read);
    child.once('error', reject);
    child.once('close', code => reject(new Error(`${command} ended with ${code} before it was ready:\n${all}`)));
  });
  const stop = () => new Promise(resolve => {
    if (child.exitCode !== null || child.signalCode !== null)
      return resolve();
    child.once('close', resolve);
    child.kill('SIGTERM');
  });
  return { address, stop };
}
