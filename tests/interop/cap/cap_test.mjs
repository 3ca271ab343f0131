// Satchel against SAP CAP, a service nobody here wrote: schema, filters, per-user restrictions, paging
// while rows change, decimals, associations. Expectations come from the rows in data.mjs and from an
// independent read with fetch().
//
// node cap_test.mjs SERVICE_FOLDER SATCHEL CAP_WRITES
import { test, before, after } from 'node:test'
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import http from 'node:http'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { tmpdir } from 'node:os'
import { accounts, contacts } from './data.mjs'
import { basic, passwords, startCap } from './service.mjs'

const [folder, satchel, writes] = process.argv.slice(2)
const work = mkdtempSync(join(tmpdir(), 'satchel-cap-'))
let cap, base

before(async () => {
  cap = await startCap(folder)
  base = cap.base
  for (const user of ['alice', 'bob', 'carol', 'nobody']) {
    await run(['server', 'add', user, '--url', base, '--kind', 'odata', '--auth', 'basic', '--user-id', user])
  }
})

after(() => {
  cap?.stop()
  rmSync(work, { recursive: true, force: true })
})

// Runs satchel and gives { code, out, err }.
function run(args, user = 'carol', input = '') {
  return new Promise(resolve => {
    const child = spawn(satchel, args, {
      env: { ...process.env, XDG_CONFIG_HOME: join(work, 'config'), SATCHEL_BASIC: passwords[user] }
    })
    let out = '', err = ''
    child.stdout.on('data', chunk => (out += chunk))
    child.stderr.on('data', chunk => (err += chunk))
    child.on('close', code => resolve({ code, out, err }))
    child.stdin.end(input)
  })
}

async function preview(user, entities, extra = []) {
  const file = join(work, 'policy.yaml')
  writeFileSync(file, 'satchel: 1\nproject:\n  name: cap\nentities:\n' + entities)
  const records = join(work, 'records')
  rmSync(records, { recursive: true, force: true })
  const result = await run(['preview', file, '--server', user, '--json', '--records', records, ...extra], user)
  assert.equal(result.code, 0, result.err)
  const json = JSON.parse(result.out)
  const rows = entity => readFileSync(join(records, entity + '.jsonl'), 'utf8').trim().split('\n')
    .filter(Boolean).map(line => JSON.parse(line))
  return { json, rows, entity: name => json.entities.find(e => e.name === name) }
}

const ids = rows => rows.map(row => row.ID).sort()
const hash = list => createHash('sha256').update([...list].sort().map(id => id.toLowerCase() + '\n').join('')).digest('hex')

// Everything a user may read of an entity set, by following nextLink.
async function readAll(set, user) {
  const headers = { authorization: basic(user) }
  const rows = []
  for (let link = set; link;) {
    const answer = await (await fetch(new URL(link, base), { headers })).json()
    rows.push(...answer.value)
    link = answer['@odata.nextLink']
  }
  return rows
}

test('the schema names types, decimals and associations', async () => {
  const { code, out, err } = await run(['schema', 'carol', '--json'])
  assert.equal(code, 0, err)
  const { schema } = JSON.parse(out)
  assert.equal(schema.Accounts.key, 'ID')
  const type = field => field.type ?? field
  assert.equal(type(schema.Accounts.fields.revenue), 'decimal')
  assert.equal(schema.Accounts.fields.revenue.precision, 2)
  assert.equal(type(schema.Accounts.fields.founded), 'dateonly')
  assert.equal(type(schema.Contacts.fields.account_ID), 'lookup')
  assert.deepEqual(schema.Contacts.fields.account_ID.targets, ['Accounts'])
})

test('each user gets exactly what the service lets them read', async () => {
  for (const user of ['alice', 'bob', 'carol']) {
    const { entity } = await preview(user, '  Accounts:\n    fields: [name, revenue]\n')
    const expected = (await readAll('Accounts', user)).map(row => row.ID)
    assert.equal(entity('Accounts').records, expected.length)
    assert.equal(entity('Accounts').ids_sha256, hash(expected))
  }
  assert.equal((await readAll('Accounts', 'alice')).length, accounts.filter(a => a.owner === 'alice').length)
})

test('a filter keeps what its meaning says, text case-blind and null apart', async () => {
  const { rows } = await preview('carol', `  Accounts:
    fields: [name, revenue, city, employees]
    filter:
      and:
        - {field: city, op: eq, value: brno}
        - {field: revenue, op: ge, value: "1000.50"}
        - {field: employees, op: ne, value: 100}
`)
  const expected = accounts.filter(a => a.city.toLowerCase() === 'brno' && a.revenue !== null &&
    Number(a.revenue) >= 1000.5 && a.employees !== 100)
  assert.ok(expected.length > 20)
  assert.deepEqual(ids(rows('Accounts')), ids(expected))
})

test('text beyond ASCII and quotes match', async () => {
  for (const [op, value, keep] of [
    ['eq', 'ŁÓDŹ', a => a.city === 'Łódź'],
    ['begins-with', "o'neil", a => a.name.startsWith("O'Neil")],
    ['like', '%söhne 37', a => a.name === "O'Neil & Söhne 37"]
  ]) {
    const field = op === 'eq' ? 'city' : 'name'
    const { rows } = await preview('carol', `  Accounts:
    fields: [name]
    filter:
      and:
        - {field: ${field}, op: ${op}, value: "${value}"}
`)
    assert.deepEqual(ids(rows('Accounts')), ids(accounts.filter(keep)), `${op} ${value}`)
  }
})

test('decimals arrive to the last cent', async () => {
  const { rows } = await preview('carol', '  Accounts:\n    fields: [revenue]\n')
  const got = new Map(rows('Accounts').map(row => [row.ID, row.revenue ?? null]))
  const cents = value => value === null ? null : String(value).replace(/^(\d+)$/, '$1.00').replace(/\.(\d)$/, '.$10')
  for (const account of accounts) assert.equal(cents(got.get(account.ID)), account.revenue, account.ID)
})

test('a link along an association and a test for related rows', async () => {
  const { rows } = await preview('carol', `  Contacts:
    fields: [lastname, account_ID]
    links:
      - link: {entity: Accounts, from: ID, to: account_ID, type: inner, alias: a}
        and:
          - {field: active, op: eq, value: true}
  Accounts:
    fields: [name]
    filter:
      and:
        - link: {entity: Contacts, from: account_ID, to: ID, type: not any}
`)
  const active = new Set(accounts.filter(a => a.active).map(a => a.ID))
  assert.deepEqual(ids(rows('Contacts')), ids(contacts.filter(c => c.account_ID && active.has(c.account_ID))))
  const used = new Set(contacts.map(c => c.account_ID))
  assert.deepEqual(ids(rows('Accounts')), ids(accounts.filter(a => !used.has(a.ID))))
})

test('rows that come and go between pages neither hide nor repeat others', async () => {
  // A proxy that changes the data after the first page: one row before the window, one after.
  const authorization = basic('carol')
  const added = ['00000000-0000-4000-8000-000000000001', 'ffffffff-ffff-4fff-8fff-ffffffffffff']
  let pages = 0
  const proxy = http.createServer(async (request, response) => {
    const answer = await fetch(new URL(request.url, base), { headers: { authorization, accept: request.headers.accept ?? '*/*' } })
    const body = await answer.text()
    if (request.url.includes('/Accounts') && ++pages === 1) {
      for (const ID of added) {
        await fetch(new URL('Accounts', base), {
          method: 'POST', headers: { authorization, 'content-type': 'application/json' },
          body: JSON.stringify({ ID, name: 'late', owner: 'carol' })
        })
      }
    }
    response.writeHead(answer.status, { 'content-type': answer.headers.get('content-type') })
    response.end(body)
  })
  await new Promise(resolve => proxy.listen(0, '127.0.0.1', resolve))
  try {
    const url = `http://127.0.0.1:${proxy.address().port}/odata/v4/crm/`
    await run(['server', 'add', 'proxy', '--url', url, '--kind', 'odata', '--auth', 'basic', '--user-id', 'carol'])
    const file = join(work, 'moving.yaml')
    writeFileSync(file, 'satchel: 1\nproject:\n  name: moving\nsync:\n  page_size: 50\nentities:\n  Accounts:\n    fields: [name]\n')
    const records = join(work, 'moving')
    const { code, err } = await run(['preview', file, '--server', 'proxy', '--records', records])
    assert.equal(code, 0, err)
    const got = readFileSync(join(records, 'Accounts.jsonl'), 'utf8').trim().split('\n').map(line => JSON.parse(line).ID)
    assert.ok(pages > 5, `only ${pages} pages`)
    assert.deepEqual(got.filter(id => !added.includes(id)).sort(), ids(accounts))
    assert.equal(new Set(got).size, got.length)
  } finally {
    proxy.close()
    for (const ID of added) {
      await fetch(new URL(`Accounts(${ID})`, base), { method: 'DELETE', headers: { authorization, 'if-match': '*' } })
    }
  }
})

test('a wrong password is one sentence and exit code 3', async () => {
  const { code, out, err } = await run(['schema', 'nobody'], 'nobody')
  assert.equal(code, 3)
  assert.equal(out, '')
  assert.match(err, /^satchel: .*401.*\n$/)
  assert.ok(!err.includes('wrong'), 'the password must not be shown')
})

// Last: it leaves records behind.
test('writes are carried out once, with preconditions, alone and in batches', async () => {
  const child = spawn(writes, [base], {
    env: { ...process.env, CAP_AUTHORIZATION: basic('carol') }
  })
  let out = ''
  child.stdout.on('data', chunk => (out += chunk))
  child.stderr.on('data', chunk => (out += chunk))
  const code = await new Promise(resolve => child.on('close', resolve))
  assert.equal(out, 'ok\n')
  assert.equal(code, 0)
})
