// Three methods of the registry as a team would write them with Node.js, Fastify and pg. Arguments: URL HOST PORT USER DATABASE.
import { createHash } from 'node:crypto'
import Fastify from 'fastify'
import pg from 'pg'

const [url, host, port, user, database] = process.argv.slice(2)
// Times keep their microseconds, which a Date has not; counts are numbers.
const time = text => text && `${text.replace(' ', 'T').replace(/\+00$/, '')}Z`
pg.types.setTypeParser(pg.types.builtins.TIMESTAMPTZ, time)
pg.types.setTypeParser(pg.types.builtins.INT8, Number)
const pool = new pg.Pool({ host, port, user, database, max: 32, options: '-c search_path=esoz -c timezone=UTC' })
const app = Fastify()

// Bearer tokens, remembered for five seconds as the registry does.
const remembered = new Map()

async function findToken (request, scope) {
  const value = /^Bearer (.+)$/.exec(request.headers.authorization ?? '')?.[1]
  if (!value) return null
  const hash = createHash('sha256').update(value).digest('hex')
  let entry = remembered.get(hash)
  if (!entry || entry.until < Date.now()) {
    entry = { until: Date.now() + 5000, token: load(hash) }
    remembered.set(hash, entry)
  }
  const token = await entry.token
  return token && token.expires_at > Date.now() / 1000 && token.scopes.includes(scope) ? token : null
}

async function load (hash) {
  const { rows: [token] } = await pool.query({
    name: 'token',
    text: `SELECT client.id AS client_id, token.user_id, token.expires_at, token.details ->> 'scope' AS scope
             FROM tokens token
             JOIN clients client ON client.id = (token.details ->> 'client_id')::uuid
             JOIN users ON users.id = token.user_id
            WHERE token.value_hash = $1::bpchar AND token.name = 'access_token' AND NOT client.is_blocked AND NOT users.is_blocked`,
    values: [hash]
  })
  return token && { ...token, scopes: token.scope.split(' ') }
}

function fail (reply, status, type, message) {
  return reply.code(status).send({ error: { type, message } })
}

function envelope (request, data, paging) {
  const meta = { code: 200, url: `${url}${request.url.split('?')[0]}`, type: paging ? 'list' : 'object', request_id: request.id }
  return paging ? { meta, data, paging } : { meta, data }
}

const role = `role.id, role.healthcare_service_id, role.employee_id, role.start_date, role.end_date, role.status, role.is_active,
              role.inserted_at, role.inserted_by, role.updated_at, role.updated_by`

app.get('/api/patients/composition/job/:id', async (request, reply) => {
  const token = await findToken(request, 'composition:read')
  if (!token) return fail(reply, 401, 'access_denied', 'Invalid access token')
  const { rows: [job] } = await pool.query({
    name: 'job',
    text: 'SELECT status, eta, composition_id, error_code, error_message FROM async_jobs WHERE id = $1 AND client_id = $2',
    values: [request.params.id, token.client_id]
  })
  if (!job) return fail(reply, 404, 'not_found', 'Task not found')
  const links = job.status === 'DONE'
    ? [{ entity: 'eHealth/composition', href: `composition/${job.composition_id}` }]
    : job.status === 'FAILED'
      ? [{ entity: 'eHealth/composition', error: `${job.error_code}: ${job.error_message}` }]
      : [{ entity: 'eHealth/resources' }]
  return { data: { eta: job.eta, id: request.params.id, links, status: job.status, ...(job.status !== 'PENDING' && { doneAt: job.eta }) } }
})

app.get('/api/employee_roles', async (request, reply) => {
  const token = await findToken(request, 'employee_role:read')
  if (!token) return fail(reply, 401, 'access_denied', 'Invalid access token')
  const page = Number(request.query.page ?? 1)
  const size = Number(request.query.page_size ?? 50)
  const own = `FROM employee_roles role JOIN healthcare_services service ON service.id = role.healthcare_service_id
                WHERE service.legal_entity_id = $1 AND role.is_active`
  const [count, roles] = await Promise.all([
    pool.query({ name: 'count', text: `SELECT count(*) ${own}`, values: [token.client_id] }),
    pool.query({
      name: 'roles',
      text: `SELECT ${role} ${own} ORDER BY role.inserted_at, role.id LIMIT $2 OFFSET $3`,
      values: [token.client_id, size, (page - 1) * size]
    })
  ])
  const total = count.rows[0].count
  return envelope(request, roles.rows,
    { page_number: page, page_size: size, total_entries: total, total_pages: Math.max(1, Math.ceil(total / size)) })
})

app.patch('/api/employee_roles/:id/actions/deactivate', async (request, reply) => {
  const token = await findToken(request, 'employee_role:write')
  if (!token) return fail(reply, 401, 'access_denied', 'Invalid access token')
  const connection = await pool.connect()
  try {
    await connection.query('BEGIN')
    const { rows: [found] } = await connection.query({
      name: 'found',
      text: `SELECT role.status, service.legal_entity_id, (SELECT status FROM legal_entities WHERE id = $2) AS provider_status
               FROM employee_roles role JOIN healthcare_services service ON service.id = role.healthcare_service_id
              WHERE role.id = $1 AND role.is_active
                FOR UPDATE OF role`,
      values: [request.params.id, token.client_id]
    })
    const refusal = !found
      ? [404, 'not_found', 'Employee role not found']
      : !['ACTIVE', 'SUSPENDED'].includes(found.provider_status)
          ? [409, 'request_conflict', 'Legal entity must be ACTIVE or SUSPENDED']
          : found.legal_entity_id !== token.client_id
            ? [403, 'forbidden', 'Employee role belongs to another legal entity']
            : found.status !== 'ACTIVE'
              ? [409, 'request_conflict', `${found.status} employee role cannot be DEACTIVATED`]
              : null
    if (refusal) {
      await connection.query('ROLLBACK')
      return fail(reply, ...refusal)
    }
    const { rows: [deactivated] } = await connection.query({
      name: 'deactivate',
      text: `UPDATE employee_roles role SET end_date = now(), status = 'INACTIVE', updated_at = now(), updated_by = $2
              WHERE role.id = $1
             RETURNING ${role}`,
      values: [request.params.id, token.user_id]
    })
    await connection.query('COMMIT')
    return envelope(request, deactivated)
  } catch (fault) {
    await connection.query('ROLLBACK')
    throw fault
  } finally {
    connection.release()
  }
})

await app.listen({ host: new URL(url).hostname, port: new URL(url).port })
